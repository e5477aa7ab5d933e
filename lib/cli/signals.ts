/** Aborted by the first SIGINT or SIGTERM from now on; a second one ends the process at once. */
export const stopSignal = (): AbortSignal => {
  const stop = new AbortController();
  const listen = (name: NodeJS.Signals, exitCode: number) => {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCode);
      stop.abort(name);
    });
  };
  listen('SIGINT', 130);
  listen('SIGTERM', 143);
  return stop.signal;
};
