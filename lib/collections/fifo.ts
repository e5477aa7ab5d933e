/** A first-in, first-out queue whose `shift` costs the same at any length, unlike an array's. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes out whatever is not to be kept. */
  keepOnly(isKept: (item: T) => boolean): void {
    // In place: a queue that grows to a million is looked through again and again.
    const items = this.#items;
    let kept = 0;
    for (let at = this.#head; at < items.length; at++) {
      const item = items[at];
      if (item !== undefined && isKept(item)) items[kept++] = item;
    }
    items.length = kept;
    this.#head = 0;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined; // or the queue would keep what has left it
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
