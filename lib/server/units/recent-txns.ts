const GENERATION = 100_000;

/** The txns of the last messages: at least 100,000, and at most twice as many. */
export class RecentTxns {
  readonly #generation: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(generation: number = GENERATION) {
    this.#generation = generation;
  }

  has(txn: string): boolean {
    return this.#young.has(txn) || this.#old.has(txn);
  }

  add(txn: string): void {
    this.#young.add(txn);
    if (this.#young.size < this.#generation) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}

/** Returns true if a txn came before, among at least the last 100,000 (at most twice as many are held). */
export const rememberTxns = (generation: number = GENERATION): ((txn: string) => boolean) => {
  const txns = new RecentTxns(generation);
  return (txn) => {
    const isKnown = txns.has(txn);
    if (!isKnown) txns.add(txn);
    return isKnown;
  };
};
