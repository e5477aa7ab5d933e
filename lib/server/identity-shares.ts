/** Counts what the connections of one identity have together. */
export class IdentityShares {
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  /** An identity has at most `most` of them; nobody has as many as it likes. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Takes one; returns false if the identity has all that it may have. */
  take(id: string): boolean {
    if (id === '') return true;
    const count = this.#counts.get(id) ?? 0;
    if (count >= this.#most) return false;
    this.#counts.set(id, count + 1);
    return true;
  }

  /** Gives one back. */
  free(id: string): void {
    const count = this.#counts.get(id);
    if (count === undefined) return;
    if (count > 1) this.#counts.set(id, count - 1);
    else this.#counts.delete(id);
  }
}
