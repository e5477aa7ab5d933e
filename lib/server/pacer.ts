/** Spaces actions by an interval. */
export interface Pacer {
  /** Returns true if the interval since it last returned true has passed; otherwise `act` is called once it has. */
  readonly isDue: () => boolean;
  /** `act` is not called any more. */
  readonly stop: () => void;
}

/** Spaces calls of `act` by `interval` milliseconds. */
export const createPacer = (interval: number, act: () => void): Pacer => {
  let last = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  return {
    isDue: () => {
      const early = last + interval - performance.now();
      if (early <= 0) {
        last = performance.now();
        return true;
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, Math.ceil(early));
      return false;
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
