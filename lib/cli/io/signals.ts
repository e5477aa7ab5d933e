/** The exit codes by which a shell reports these signals: 128 and the number of the signal. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/** Aborted by the first SIGHUP, SIGINT, SIGQUIT or SIGTERM from now on; a second one ends the process at once. */
export const stopSignal = (): AbortSignal => {
  const stop = new AbortController();
  for (const [name, exitCode] of Object.entries(exitCodes))
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCode);
      stop.abort(name);
    });
  return stop.signal;
};
