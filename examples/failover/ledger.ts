import type { Fold } from 'unitlink/dashboard';

/** What has become of numbered updates. */
export interface Ledger {
  /** The greatest number. */
  readonly newest: number;
  /** How many were left out. */
  readonly lost: number;
  /** How many came again. */
  readonly doubled: number;
}

interface Payload {
  readonly points: readonly (readonly [t: number, n: number])[];
}

const none: Ledger = { newest: 0, lost: 0, doubled: 0 };

/** Counts: each number has to come once, in its order; a snapshot may repeat what is known, and has to lead on from it. */
export const ledger = (): Fold<Ledger> => {
  const numbersOf = (payload: unknown) => (payload as Payload).points.map(([, n]) => n);
  const take = ({ newest, lost, doubled }: Ledger, n: number): Ledger =>
    n > newest ? { newest: n, lost: lost + n - newest - 1, doubled } : { newest, lost, doubled: doubled + 1 };
  return {
    snapshot: (payload, before) => {
      const numbers = numbersOf(payload);
      // What was before the first snapshot is nobody's loss.
      const from = before ?? { ...none, newest: (numbers[0] ?? 1) - 1 };
      return numbers.filter((n) => n > from.newest).reduce(take, from);
    },
    update: (value, payload) => numbersOf(payload).reduce(take, value),
  };
};
