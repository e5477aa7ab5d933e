import { SubscriptionEndedError } from '../errors.js';

/** A subscription that can be asked for again. */
interface Asked {
  readonly again: () => void;
}

/** The subscriptions of one page that were over the limit of its server. */
export interface Room {
  /** Called with the error of what is shown, or none. */
  readonly note: (one: Asked, error: unknown) => void;
  /** Called with one that has ended: where it was subscribed there is room for another. */
  readonly leave: (one: Asked) => void;
}

/** Has one that was over the limit asked for again when another one leaves; `onFull` is called when one is over the limit. */
export const roomForOthers = (onFull: () => void): Room => {
  const waiting = new Set<Asked>();
  return {
    note: (one, error) => {
      if (!(error instanceof SubscriptionEndedError) || error.code !== 'limit') {
        waiting.delete(one);
        return;
      }
      waiting.add(one);
      onFull();
    },
    leave: (one) => {
      if (waiting.delete(one)) return;
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next);
      next.again();
    },
  };
};
