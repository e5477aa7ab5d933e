import { OptionError, StoreError } from '../errors.js';
import { groupCommit, type GroupCommit, type GroupCommitOptions, type WriteBatch } from './group-commit.js';
import { storeFailure } from './store-failure.js';
import type { Store, StoredMessage } from './types.js';

/** The opened files or database of a store. */
export interface StoreContent {
  /** In order. */
  readonly messages: readonly StoredMessage[];
  /** The part that cannot be read. */
  readonly damage: StoreError | undefined;
  readonly write: WriteBatch;
  readonly close: () => Promise<void>;
}

/** A store that gathers what is put and removed into batches; a batch that fails rejects its own messages. */
export const committedStore = (
  path: string,
  openContent: () => Promise<StoreContent>,
  options: GroupCommitOptions,
): Store => {
  let state: { readonly commit: GroupCommit; readonly content: StoreContent } | undefined;
  let damage: StoreError | undefined;

  const orFail =
    <Args extends unknown[], T>(doing: string, work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      try {
        return await work(...args);
      } catch (cause) {
        throw cause instanceof OptionError ? cause : storeFailure(path, doing, cause);
      }
    };
  const opened = (): GroupCommit => {
    if (state !== undefined) return state.commit;
    throw new StoreError(path, 'is not open', { code: 'CLOSED' });
  };

  const open = async (): Promise<readonly StoredMessage[]> => {
    if (state !== undefined) throw new StoreError(path, 'is open already', { code: 'OPEN' });
    const content = await openContent();
    state = { content, commit: groupCommit(orFail('written', content.write), options) };
    ({ damage } = content);
    return content.messages;
  };

  const close = async (): Promise<void> => {
    if (state === undefined) return;
    const { commit, content } = state;
    state = undefined;
    await commit.drain();
    await content.close();
  };

  let changed: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const done = changed.then(change);
    changed = done.catch(() => undefined);
    return done;
  };

  return {
    open: () => inTurn(orFail('opened', open)),
    put: async (messages) => opened().put(messages),
    // eslint-disable-next-line @typescript-eslint/require-await -- a closed store rejects here, it does not throw
    remove: async (orders) => {
      opened().remove(orders);
    },
    close: () => inTurn(orFail('closed', close)),
    damage: () => damage,
  };
};
