import type { Kept } from '../simulation/corpus.js';

/** The runs of servers that are repeated before new ones: each once broke a promise. */
export const serverCorpus: readonly Kept[] = [
  { seed: 58, why: 'a server asked the others for a unit while the log failed, and never again' },
  { seed: 292, why: 'a server stopped before its note of what was handled was in the log' },
  { seed: 5023, why: 'more messages were on their way into the log than it keeps, and the first were lost in a crash' },
  { seed: 28_670_077_797_255, why: 'a server that started while the log failed waited by the clock of the machine' },
];
