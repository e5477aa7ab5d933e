/** Values that are made for the first user, shared by all who need the same, and dropped with the last. */
export class Shared<T> {
  readonly #made = new Map<string, { readonly value: T; readonly drop: () => void; users: number }>();

  /** Returns what is shared under this key, and what gives it back. */
  use(
    key: string,
    make: () => { readonly value: T; readonly drop: () => void },
  ): { readonly value: T; readonly free: () => void } {
    const made = this.#made.get(key) ?? { ...make(), users: 0 };
    this.#made.set(key, made);
    made.users++;
    let isUsed = true;
    const free = (): void => {
      if (!isUsed) return;
      isUsed = false;
      made.users--;
      if (made.users > 0) return;
      if (this.#made.get(key) === made) this.#made.delete(key);
      made.drop();
    };
    return { value: made.value, free };
  }

  /** Returns all that is shared. */
  *values(): Generator<T> {
    for (const { value } of this.#made.values()) yield value;
  }

  /** Makes values again for later users; those who have one keep it. */
  forget(): void {
    this.#made.clear();
  }
}
