import type { Observable } from 'rxjs';
import type { FileKeystore } from '../../certificates/file-keystore.js';
import { provisionNodes, type ProvisioningStep } from '../../flows/provision-nodes.js';
import type { Messenger } from '../../flows/messenger.js';

/** The types of certificates that a node gets; the node that the unit runs on is the one that talks to the cloud. */
const typesOf = (isMain: boolean): readonly string[] =>
  isMain ? ['online', 'offline', 'cm', 'sm', 'iam'] : ['sm', 'iam'];

/** Provisions nodes out of a keystore whenever the cloud asks for it; a new certificate to connect with is on trial. */
export const provision = <D>(
  unit: Messenger<D>,
  keystore: FileKeystore,
  mainNode: string,
): Observable<ProvisioningStep<D>> =>
  provisionNodes(unit, {
    certificateTypes: (node) => [typesOf(node === mainNode)],
    createKey: keystore.createKey,
    applyCert: (certificate) => {
      const { type, node } = certificate;
      return keystore.applyCert({ ...certificate, isOnTrial: type === 'online' && node === mainNode });
    },
    deprovision: keystore.remove,
  });
