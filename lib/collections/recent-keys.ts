/** Remembers the last so many keys. */
export class RecentKeys {
  readonly #window: number;
  #seen: Set<string> | undefined; // made when it is needed: many a unit never is

  constructor(window: number) {
    this.#window = window;
  }

  has(key: string): boolean {
    return this.#seen?.has(key) ?? false;
  }

  /** Notes the key; true where it was there already. The empty string never is. */
  add(key: string): boolean {
    if (key === '') return false;
    this.#seen ??= new Set();
    // Seen again, a key moves to the young end, so that a message which keeps coming is not forgotten.
    const known = this.#seen.delete(key);
    this.#seen.add(key);
    if (this.#seen.size > this.#window) {
      const { value: oldest } = this.#seen.values().next();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return known;
  }
}
