import Mocha from 'mocha';

/** Reports as `spec` does, and says of each spec that is tried again why it failed. */
export default class RetryReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('retry', (test: Mocha.Test, error: unknown) => {
      console.log(
        `    tried again: ${test.fullTitle()}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    });
  }
}
