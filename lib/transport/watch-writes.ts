/** Watches over writes whose callbacks have to come. */
export interface WriteWatch {
  /** Reports a write; returns the callback for it. */
  readonly began: () => () => void;
  readonly stop: () => void;
}

/** Calls `onStall` once when writes are outstanding and none was taken for `timeout` milliseconds. One timer serves all writes. */
export const watchWrites = (timeout: number, onStall: () => void): WriteWatch => {
  let outstanding = 0;
  let movedAt = 0;
  let timer: NodeJS.Timeout | undefined;

  const check = () => {
    timer = undefined;
    if (outstanding === 0) return;
    const left = movedAt + timeout - performance.now();
    if (left > 0) timer = setTimeout(check, left);
    else onStall();
  };
  const taken = () => {
    outstanding--;
    movedAt = performance.now();
  };
  return {
    began: () => {
      if (outstanding === 0) movedAt = performance.now();
      outstanding++;
      timer ??= setTimeout(check, timeout);
      return taken;
    },
    stop: () => {
      clearTimeout(timer);
      outstanding = 0;
    },
  };
};
