import type { CertificateId } from '../certificates/keystore.js';

/**
 * The certificates in the order in which they are to be installed: other nodes by their ids in ascending byte order, then
 * the main node; within a node `iam` last, the rest as it came. A node whose IAM restarts has nothing left to do.
 *
 * @typeParam T - the type of the certificates
 * @param certificates - in any order
 * @param mainNode - the id of the node that the unit runs on
 * @returns a new list
 *
 * @example
 * ```ts
 * installOrder([{ type: 'iam', node: 'main' }, { type: 'online', node: 'main' }], 'main'); // online, iam
 * ```
 */
export const installOrder = <T extends CertificateId>(certificates: readonly T[], mainNode: string): readonly T[] =>
  // The sort is stable.
  [...certificates].sort(
    (a, b) =>
      Number(a.node === mainNode) - Number(b.node === mainNode) ||
      Buffer.compare(Buffer.from(a.node), Buffer.from(b.node)) ||
      iamLast(a, b),
  );

/** Puts `iam` behind the others. */
export const iamLast = (a: Pick<CertificateId, 'type'>, b: Pick<CertificateId, 'type'>): number =>
  Number(a.type === 'iam') - Number(b.type === 'iam');
