/**
 * Returns the known name that a mistyped one was most likely meant to be: the one that takes the fewest insertions, removals
 * and replacements, if these are few for its length.
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

/** The number of letters to insert, remove or replace (Levenshtein). */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [line, letter] of Array.from(one).entries()) {
    const next = [line + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (row[at] ?? 0) + (letter === other[at] ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};
