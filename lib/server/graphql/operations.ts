/** The longest result, in characters; a result cannot be sent in parts. */
export const maxResult: number = 4 << 20;

/** An operation that runs. */
interface Running {
  /** The name of the value in each result. */
  readonly name: string;
  /** The parts of the first value that have come. */
  parts: string[];
  length: number;
}

/** The operations of one connection, by id. */
export class Operations {
  readonly #running = new Map<string, Running>();

  has(id: string): boolean {
    return this.#running.has(id);
  }

  /** Begins one, whose values have this name. */
  begin(id: string, name: string): void {
    this.#running.set(id, { name, parts: [], length: 0 });
  }

  /** Ends one; returns false if there was none. */
  end(id: string): boolean {
    return this.#running.delete(id);
  }

  /** Returns the name of the values; undefined if it does not run. */
  nameOf(id: string): string | undefined {
    return this.#running.get(id)?.name;
  }

  /** Keeps a part of a value until the last one; returns false if it gets too long. */
  keep(id: string, part: string): boolean {
    const running = this.#running.get(id);
    if (running === undefined) return true;
    running.parts.push(part);
    running.length += part.length;
    return running.length <= maxResult;
  }

  /** Returns the value whose last part this is, as JSON text. */
  whole(id: string, last: string): string {
    const running = this.#running.get(id);
    if (running === undefined || running.parts.length === 0) return last;
    const parts = [...running.parts, last];
    running.parts = [];
    running.length = 0;
    return joinParts(parts);
  }
}

/** Joins parts as the subscription profile says: lists are appended, of other members the last wins. */
const joinParts = (parts: readonly string[]): string => {
  const whole = new Map<string, unknown>();
  for (const part of parts)
    for (const [name, value] of Object.entries(JSON.parse(part) as object)) {
      const before = whole.get(name);
      if (Array.isArray(before) && Array.isArray(value)) for (const item of value as unknown[]) before.push(item);
      else whole.set(name, value);
    }
  return JSON.stringify(Object.fromEntries(whole));
};
