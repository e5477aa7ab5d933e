const GENERATION = 100_000;

/** Returns true if a txn came before, among at least the last 100,000 (at most twice as many are held). */
export const rememberTxns = (generation: number = GENERATION): ((txn: string) => boolean) => {
  let young = new Set<string>();
  let old = new Set<string>();
  return (txn) => {
    if (young.has(txn) || old.has(txn)) return true;
    young.add(txn);
    if (young.size >= generation) {
      old = young;
      young = new Set();
    }
    return false;
  };
};
