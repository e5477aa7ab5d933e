/** Dependencies of {@link sendInTurn}. */
export interface InTurnOptions<T> {
  readonly items: Iterable<T>;
  readonly send: (item: T, isLast: boolean) => void;
  /** Settles once the connection has room. */
  readonly room: () => Promise<void>;
  readonly isClosed: () => boolean;
  /** Called once all items are sent. */
  readonly done: () => void;
}

/** Sends one item after the other while the connection has room; other work gets its turn in between. */
export const sendInTurn = <T>({ items, send, room, isClosed, done }: InTurnOptions<T>): void => {
  const iterator = items[Symbol.iterator]();
  const step = (next: IteratorResult<T>): void => {
    if (isClosed()) return;
    if (next.done === true) {
      done();
      return;
    }
    const following = iterator.next();
    send(next.value, following.done === true);
    if (following.done === true) done();
    else
      void room().then(() => {
        setImmediate(step, following);
      });
  };
  step(iterator.next());
};
