import { EventEmitter } from 'node:events';
import type { WriteStream } from 'node:tty';
import xterm from '@xterm/headless';
import { expect } from 'chai';
import { fake } from 'sinon';
import { openScreen, type ScreenInput } from '../../../lib/cli/top/screen.js';

/** A terminal of this size, and what it shows. */
const terminal = (columns: number, rows: number) => {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  let written = Promise.resolve();
  const output = Object.assign(new EventEmitter(), {
    ...{ isTTY: true, columns, rows },
    write: (text: string) => {
      written = new Promise((resolve) => {
        screen.write(text.replaceAll('\n', '\r\n'), resolve);
      });
      return true;
    },
  });
  const resize = (width: number, height: number) => {
    screen.resize(width, height);
    Object.assign(output, { columns: width, rows: height });
    output.emit('resize');
  };
  const shown = async (): Promise<readonly string[]> => {
    await written;
    const { active } = screen.buffer;
    const lines = Array.from({ length: screen.rows }, (_, n) =>
      active.getLine(active.baseY + n)?.translateToString(true),
    );
    return lines.map((line) => line ?? '').slice(0, lines.findLastIndex((line) => line !== '') + 1);
  };
  const isCursorShown = () =>
    !(screen as unknown as { _core: { coreService: { isCursorHidden: boolean } } })._core.coreService.isCursorHidden;
  return { output: output as unknown as WriteStream, resize, shown, isCursorShown };
};

const keyboard = (isTTY = true) => {
  const input = Object.assign(new EventEmitter(), {
    ...{ isTTY, setRawMode: fake(), resume: fake(), pause: fake() },
  });
  return {
    input: input as unknown as ScreenInput,
    setRawMode: input.setRawMode,
    press: (keys: string) => input.emit('data', keys),
  };
};

describe('the screen of unitlink top', () => {
  it('shows one picture in place of the other, each line cut at the width', async () => {
    const { output, shown } = terminal(10, 5);
    const screen = openScreen(output, keyboard().input);
    screen.show(['a', '0123456789abc', '\u001b[31mred\u001b[0m']);
    expect(await shown()).to.deep.equal(['a', '0123456789', 'red']);
    screen.show(['b', '日本語日本語']);
    expect(await shown()).to.deep.equal(['b', '日本語日本']);
    screen.show(['1', '2', '3', '4', '5', '6']);
    expect(await shown()).to.deep.equal(['1', '2', '3', '4']);
    screen.show([]);
    expect(await shown()).to.deep.equal([]);
  });

  it('leaves nothing of a picture that was larger or smaller than the terminal now is', async () => {
    const { output, shown, resize } = terminal(20, 6);
    const screen = openScreen(output, keyboard().input);
    const picture = ['a'.repeat(20), 'b'.repeat(20), 'c'.repeat(20)];
    const sizes: unknown[] = [];
    const resized = screen.resize$.subscribe({ next: () => sizes.push(screen.size()) });
    screen.show(picture);
    for (const [columns, rows] of [
      [7, 4],
      [40, 10],
      [3, 2],
      [20, 6],
    ] as const) {
      resize(columns, rows);
      screen.show(picture);
      const expected = picture.slice(0, rows - 1).map((line) => line.slice(0, columns));
      expect(await shown(), `${columns}x${rows}`).to.deep.equal(expected);
    }
    expect(sizes.at(2)).to.deep.equal({ columns: 3, rows: 2 });
    resized.unsubscribe();
  });

  it('gives the terminal back with its text, its cursor and its keys', async () => {
    const { output, shown, isCursorShown } = terminal(20, 6);
    const { input, setRawMode } = keyboard();
    output.write('$ unitlink top\n');
    expect(await shown()).to.deep.equal(['$ unitlink top']);
    const screen = openScreen(output, input);
    screen.show(['picture']);
    expect(await shown()).to.deep.equal(['picture']);
    expect(isCursorShown()).to.equal(false);
    screen.close();
    screen.close();
    expect(await shown()).to.deep.equal(['$ unitlink top']);
    expect(isCursorShown()).to.equal(true);
    expect(setRawMode.args).to.deep.equal([[true], [false]]);
  });

  it('is left by q, Ctrl-C and Ctrl-D, and has no keys where stdin is no terminal', () => {
    const { output } = terminal(20, 6);
    const { input, press } = keyboard();
    const quits: unknown[] = [];
    const pressed = openScreen(output, input).quit$.subscribe({ next: (keys) => quits.push(keys) });
    for (const keys of ['x', '\u001b[A', 'q', 'Q', '\u0003', '\u0004']) press(keys);
    expect(quits).to.deep.equal(['q', 'Q', '\u0003', '\u0004']);
    pressed.unsubscribe();
    const piped = keyboard(false);
    openScreen(output, piped.input).close();
    expect(piped.setRawMode.callCount).to.equal(0);
  });
});
