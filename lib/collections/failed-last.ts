/**
 * Remembers what has failed, so that the next attempt begins with the rest: what failed lately comes last. Holds 256
 * items; beyond that the one that failed longest ago is forgotten.
 */
export class FailedLast {
  #failed: Set<string> | undefined; // made when it is needed: many a unit never needs it

  /** Notes a failure. */
  failed(item: string): void {
    const failed = (this.#failed ??= new Set());
    failed.delete(item);
    failed.add(item);
    const [oldest] = failed;
    if (failed.size > 256 && oldest !== undefined) failed.delete(oldest);
  }

  /** Notes a success: the item keeps its place again. */
  worked(item: string): void {
    this.#failed?.delete(item);
  }

  /** Forgets every failure. */
  clear(): void {
    this.#failed = undefined;
  }

  /** The items as they are given, those that failed behind the others, the latest failure last. */
  sort<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
    if (this.#failed === undefined || this.#failed.size === 0) return items;
    const order = [...this.#failed];
    return items.toSorted((one, other) => order.indexOf(nameOf(one)) - order.indexOf(nameOf(other)));
  }
}
