/**
 * Has Node print its warnings as before, but for those that something is experimental: Node 22 and 24 say so of the lock that
 * `--store` takes, where only lines of the log are expected.
 */
export const withoutExperimentalWarnings = (): void => {
  const printed = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const print of printed) print(warning);
  });
};
