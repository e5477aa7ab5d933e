/**
 * Returns the known name that a mistyped one was most likely meant to be: the one that takes the fewest insertions, removals,
 * replacements and swaps of neighbours, if these are few for its length.
 *
 * @param given - the name as it was typed
 * @param known - the names there are
 * @returns one of them, or undefined if none is close
 */
export const closestName = (given: string, known: Iterable<string>): string | undefined => {
  const typed = given.slice(0, 60).toLowerCase();
  let closest: string | undefined;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const name of known) {
    const changes = distance(typed, name.toLowerCase());
    if (changes >= least) continue;
    least = changes;
    closest = name;
  }
  return closest;
};

/** The number of letters to insert, remove, replace or swap with the next one (Levenshtein, as extended by Damerau). */
const distance = (one: string, other: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let line = 0; line < one.length; line++) {
    const next = [line + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (row[at] ?? 0) + (one[line] === other[at] ? 0 : 1);
      const isSwapped = at > 0 && one[line] === other[at - 1] && one[line - 1] === other[at];
      const swapped = isSwapped ? (before[at - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
};
