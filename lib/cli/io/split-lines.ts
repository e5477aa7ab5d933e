import { concat, defer, mergeMap, type OperatorFunction } from 'rxjs';

/** A line, numbered from 1. */
export interface Line {
  readonly number: number;
  /** What is in it, its end not included; `undefined` where that was too much. */
  readonly bytes: Uint8Array | undefined;
}

const lineFeed = 0x0a;

/** The lines in a stream of bytes. Of one with more than `longest` bytes only the number is kept. */
export const splitLines =
  (longest: number): OperatorFunction<Uint8Array, Line> =>
  (chunk$) =>
    defer(() => {
      let number = 1;
      let size = 0;
      let parts: Uint8Array[] = [];

      const add = (part: Uint8Array) => {
        size += part.length;
        if (size <= longest) parts.push(part);
        else parts = [];
      };
      const end = (): Line => {
        const line = { number, bytes: size <= longest ? Buffer.concat(parts) : undefined };
        number++;
        size = 0;
        parts = [];
        return line;
      };
      const split = (chunk: Uint8Array): Line[] => {
        const lines: Line[] = [];
        let start = 0;
        for (let at = chunk.indexOf(lineFeed); at >= 0; start = at + 1, at = chunk.indexOf(lineFeed, start)) {
          add(chunk.subarray(start, at));
          lines.push(end());
        }
        add(chunk.subarray(start));
        return lines;
      };
      const rest$ = defer(() => (size > 0 ? [end()] : []));

      return concat(chunk$.pipe(mergeMap(split)), rest$);
    });
