/** Remembers the last so many keys. */
export class RecentKeys {
  readonly #window: number;
  #seen: Set<string> | undefined; // made when it is needed: many a unit never is
  #oldest: Iterator<string> | undefined; // kept, as each new one would have to find its way past all that was deleted

  constructor(window: number) {
    this.#window = window;
  }

  has(key: string): boolean {
    return this.#seen?.has(key) ?? false;
  }

  /** Notes the key; true where it was there already. The empty string never is. */
  add(key: string): boolean {
    if (key === '') return false;
    const seen = (this.#seen ??= new Set());
    // Seen again, a key moves to the young end, so that a message which keeps coming is not forgotten.
    const known = seen.has(key) && seen.delete(key);
    seen.add(key);
    if (seen.size > this.#window) {
      const { value: oldest } = (this.#oldest ??= seen.values()).next() as IteratorYieldResult<string>;
      seen.delete(oldest);
    }
    return known;
  }
}
