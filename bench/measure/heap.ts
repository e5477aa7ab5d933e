/** The bytes on the heap once what is dead is gone; the process must run with --expose-gc. */
export const heapUsed = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};
