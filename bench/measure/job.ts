import type { Target } from '../contenders/contender.js';
import type { Name } from '../contenders/names.js';

/** What one fresh process measures of one contender. Times in milliseconds. */
export type Job = { readonly name: Name; readonly target: Target } & (
  | { readonly kind: 'traffic'; readonly warmUp: number; readonly lasting: number; readonly latencyLasting: number }
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'queue'; readonly count: number }
  | { readonly kind: 'idle'; readonly count: number }
  | { readonly kind: 'links'; readonly count: number }
);

/** What it found, by the name of the figure. */
export type Figures = Readonly<Record<string, number>>;
