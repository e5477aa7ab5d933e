import { groupCommit, type GroupCommit, type GroupCommitOptions } from '../../lib/store/group-commit.js';
import { orders } from './store-place.js';

/** A batch that is being written. */
export interface Batch {
  readonly put: number[];
  readonly removed: readonly number[];
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/** A commit whose batches end when the test says so. */
export const byHand = (
  options?: GroupCommitOptions,
): { commit: GroupCommit; batches: readonly Batch[]; end: (at: number) => Promise<void> } => {
  const batches: Batch[] = [];
  const commit = groupCommit(
    (puts, removed) =>
      new Promise((done, fail) => {
        batches.push({ put: orders(puts), removed, done, fail });
      }),
    options,
  );
  const end = async (at: number) => {
    batches[at]?.done();
    await turn();
  };
  return { commit, batches, end };
};

/** The end of this turn. */
export const turn = (): Promise<void> =>
  new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
