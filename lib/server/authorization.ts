import { createHash } from 'node:crypto';
import { defer, firstValueFrom, from, timeout } from 'rxjs';
import type { Authorize, Identity } from './identity.js';

/** The time in which `authorize` must answer, in milliseconds. */
const answerTimeout = 5000;

/** The params that an identity may subscribe to a topic with. */
export interface Allowed {
  readonly params: unknown;
  /**
   * Added to the epoch of each position: with other params the position is another one, since rows that are not allowed
   * any more would stay on the page. Empty where the params are those of the page.
   */
  readonly scope: string;
}

/** Resolves with what the identity may see of a topic; undefined if it may see nothing. Rejects if that is not known. */
export const authorizeTopic = async (
  authorize: Authorize,
  identity: Identity,
  topic: string,
  params: unknown,
): Promise<Allowed | undefined> => {
  const answer = await firstValueFrom(
    defer(() => from(Promise.resolve(authorize(identity, topic, params)))).pipe(timeout(answerTimeout)),
    { defaultValue: false },
  );
  if (answer === true) return { params, scope: '' };
  return answer === false ? undefined : { params: answer.params, scope: scopeOf(answer.params) };
};

const scopeOf = (params: unknown): string =>
  `~${createHash('sha256')
    .update(JSON.stringify(params ?? null))
    .digest('hex')
    .slice(0, 16)}`;
