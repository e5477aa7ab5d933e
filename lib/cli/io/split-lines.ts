import { concat, defer, mergeMap, type OperatorFunction } from 'rxjs';

/** A line, numbered from 1. */
export interface Line {
  /** The number of the line. */
  readonly number: number;
  /** The content without the line end; `undefined` if it was too long. */
  readonly bytes: Uint8Array | undefined;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Splits a stream of bytes into lines, which end with LF, CR LF or CR alone. Of a line with more than `longest` bytes only
 * the number is kept.
 */
export const splitLines =
  (longest: number): OperatorFunction<Uint8Array, Line> =>
  (chunk$) =>
    defer(() => {
      const splitter = new LineSplitter(longest);
      const rest$ = defer(() => splitter.rest());
      return concat(chunk$.pipe(mergeMap((chunk) => splitter.split(chunk))), rest$);
    });

/** Splits chunks into lines, one chunk after the other. */
class LineSplitter {
  readonly #longest: number;
  #number = 1;
  #size = 0;
  #parts: Uint8Array[] = [];
  /** True if the last chunk ended with a CR, whose LF may begin the next one. */
  #isAfterReturn = false;

  constructor(longest: number) {
    this.#longest = longest;
  }

  split(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = this.#isAfterReturn && chunk[0] === lineFeed ? 1 : 0;
    if (chunk.length > 0) this.#isAfterReturn = false;
    let feed = chunk.indexOf(lineFeed, start);
    let carriage = chunk.indexOf(carriageReturn, start);
    while (feed >= 0 || carriage >= 0) {
      const at = feed < 0 || (carriage >= 0 && carriage < feed) ? carriage : feed;
      this.#add(chunk.subarray(start, at));
      lines.push(this.#end());
      start = at + (at === carriage && feed === at + 1 ? 2 : 1);
      this.#isAfterReturn = at === carriage && start === chunk.length && feed !== at + 1;
      if (feed >= 0 && feed < start) feed = chunk.indexOf(lineFeed, start);
      if (carriage >= 0 && carriage < start) carriage = chunk.indexOf(carriageReturn, start);
    }
    this.#add(chunk.subarray(start));
    return lines;
  }

  /** Returns the last line if it has no end. */
  rest(): Line[] {
    return this.#size > 0 ? [this.#end()] : [];
  }

  #add(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#size <= this.#longest) this.#parts.push(part);
    else this.#parts = [];
  }

  #end(): Line {
    const bytes = this.#size <= this.#longest ? Buffer.concat(this.#parts) : undefined;
    this.#size = 0;
    this.#parts = [];
    return { number: this.#number++, bytes };
  }
}
