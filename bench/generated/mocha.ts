/** The arguments of node for a run of specs, one file after the other in one process, that ends at the first failure. */
export const mocha: readonly string[] = [
  'node_modules/mocha/bin/mocha.js',
  '--no-config',
  '--bail',
  '--timeout',
  '20000',
  '--exit',
];
