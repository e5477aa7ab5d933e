import type { ReadStream, WriteStream } from 'node:tty';
import ansiEscapes from 'ansi-escapes';
import { createLogUpdate } from 'log-update';
import { EMPTY, filter, fromEvent, map, type Observable } from 'rxjs';
import sliceAnsi from 'slice-ansi';

/** The size of a screen, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal that shows a picture in place of its text, which comes back at the end. */
export interface Screen {
  readonly size: () => ScreenSize;
  /** Emits after each change of the size. */
  readonly resize$: Observable<unknown>;
  /** Emits where the user wants to leave: `q`, Ctrl-C or Ctrl-D. */
  readonly quit$: Observable<unknown>;
  /** Shows these lines, one less than the screen has at most; what is wider than the screen is cut off. */
  readonly show: (lines: readonly string[]) => void;
  /** Gives the terminal back as it was. Of no effect a second time. */
  readonly close: () => void;
}

/** The keys come from `input` where that is a terminal. */
export type ScreenInput = Pick<ReadStream, 'isTTY' | 'setRawMode' | 'resume' | 'pause' | 'on' | 'off'>;

const quits = ['q', 'Q', '\u0003', '\u0004'];

/** Takes over a terminal. */
export const openScreen = (output: WriteStream, input: ScreenInput): Screen => {
  const size = (): ScreenSize => ({ columns: output.columns || 80, rows: output.rows || 24 });
  const draw = createLogUpdate(output, { showCursor: true });
  const blank = ansiEscapes.eraseScreen + ansiEscapes.cursorTo(0, 0);
  let drawn = size();
  let isOpen = true;
  output.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide + blank);
  if (input.isTTY) {
    input.setRawMode(true);
    input.resume();
  }
  return {
    size,
    resize$: fromEvent(output, 'resize'),
    quit$: input.isTTY
      ? fromEvent(input, 'data').pipe(
          map(String),
          filter((keys) => quits.some((key) => keys.includes(key))),
        )
      : EMPTY,
    show: (lines) => {
      const { columns, rows } = size();
      if (columns !== drawn.columns || rows !== drawn.rows) {
        draw.clear();
        output.write(blank);
        drawn = { columns, rows };
      }
      draw(
        lines
          .slice(0, rows - 1)
          .map((line) => sliceAnsi(line, 0, columns))
          .join('\n'),
      );
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      output.write(ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
      if (input.isTTY) {
        input.setRawMode(false);
        input.pause();
      }
    },
  };
};
