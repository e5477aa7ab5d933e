import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { MessageLogError, OptionError } from '../../lib/errors.js';
import { fileMessageLog, type FileMessageLogOptions } from '../../lib/observability/file-message-log.js';
import type { RotatingFile } from '../../lib/observability/rotating-file.js';
import { scratch } from '../support/scratch.js';

/** A file of which the test says how each write ends. */
const stubFile = (append: (text: string) => Promise<void> = () => Promise.resolve()) => {
  const written: string[] = [];
  const file: RotatingFile = {
    open: () => Promise.resolve(),
    append: async (bytes) => {
      const text = Buffer.from(bytes).toString();
      await append(text);
      written.push(text);
    },
    close: () => Promise.resolve(),
  };
  return {
    written,
    log: (options: FileMessageLogOptions = {}) => fileMessageLog('log', { ...options, file: () => file }),
  };
};

/** A frame of which all is shown. */
const frameOf = (n: number | string, x = ''): string => JSON.stringify({ header: { txn: String(n), systemId: x } });

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('fileMessageLog', () => {
  it('writes what is logged, in order, without its secrets', async () => {
    await using place = await scratch();
    const path = place.path('log');
    const log = fileMessageLog(path);
    log.write('TX', frameOf('a'));
    log.write('RX', Buffer.from('{"token":"hush"}'));
    await log.close();
    log.write('TX', frameOf('after a close'));
    await log.close();
    expect(readFileSync(path, 'utf8')).to.equal(
      `TX: ${frameOf('a')}\nRX: {"token":"***"}\nTX: ${frameOf('after a close')}\n`,
    );
  });

  it('holds no file larger than maxBytes, and loses no line to that', async () => {
    await using place = await scratch();
    const path = place.path('log');
    const log = fileMessageLog(path, { maxBytes: 1024, maxFiles: 100 });
    const frames = Array.from({ length: 200 }, (_, index) => frameOf(index, 'x'.repeat(index)));
    for (const frame of frames) log.write('TX', frame);
    await log.close();
    const names = ['', ...Array.from({ length: 99 }, (_, index) => `.${index + 1}`)];
    const files = names.flatMap((name) => {
      try {
        return [readFileSync(`${path}${name}`, 'utf8')];
      } catch {
        return [];
      }
    });
    expect(Math.max(...files.map(({ length }) => length))).to.be.within(900, 1024);
    expect(files.reverse().join('')).to.equal(frames.map((frame) => `TX: ${frame}\n`).join(''));
  });

  it('writes nothing in the turn that logs, and what a turn logs at once', async () => {
    const { written, log: open } = stubFile();
    const log = open();
    log.write('TX', frameOf(1));
    log.write('TX', frameOf(2));
    expect(written).to.deep.equal([]);
    await log.close();
    expect(written).to.deep.equal([`TX: ${frameOf(1)}\nTX: ${frameOf(2)}\n`]);
  });

  it('writes what is more than one batch, and all the rest at a close', async () => {
    const { written, log: open } = stubFile();
    const log = open();
    const frames = Array.from({ length: 2000 }, (_, index) => frameOf(index, 'x'.repeat(200)));
    for (const frame of frames) log.write('TX', frame);
    await log.close();
    expect(written.length).to.be.above(2);
    expect(written.join('')).to.equal(frames.map((frame) => `TX: ${frame}\n`).join(''));
  });

  it('takes no more than may wait while the disk hangs, and tells how much is missing where it is', async () => {
    let resume: () => void = () => undefined;
    let hung: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (resume = resolve));
    const isHung = new Promise<void>((resolve) => (hung = resolve));
    const { written, log: open } = stubFile(() => {
      hung();
      return hanging;
    });
    const log = open({ maxWaiting: 1024 });
    log.write('TX', frameOf(0));
    await isHung;
    for (let n = 1; n <= 20; n++) log.write('TX', frameOf(n).padEnd(100));
    resume();
    await log.close();
    log.write('TX', frameOf('after'));
    await log.close();
    const lines = written.join('').split('\n');
    expect(lines.map((line) => line.trim())).to.deep.equal([
      ...[0, 1, 2, 3, 4, 5].map((n) => `TX: ${frameOf(n)}`),
      ...['# 15 messages are missing here', `TX: ${frameOf('after')}`, ''],
    ]);
  });

  it('counts what a full disk does not take, tells why once, and goes on', async () => {
    let isFull = true;
    const errors: MessageLogError[] = [];
    const { written, log: open } = stubFile(() => (isFull ? Promise.reject(full) : Promise.resolve()));
    const log = open({ onFailure: (error) => errors.push(error) });
    for (const frame of [1, 2, 3].map((n) => frameOf(n))) {
      log.write('TX', frame);
      await log.close();
    }
    expect(written).to.deep.equal([]);
    expect(errors).to.have.lengthOf(1);
    expect(errors[0]).to.be.an.instanceOf(MessageLogError).and.include({ path: 'log', code: 'ENOSPC' });
    expect(errors[0]?.message).to.match(/^the message log log cannot be written: ENOSPC.+; choose another path/);

    isFull = false;
    log.write('TX', frameOf(4));
    await log.close();
    expect(written.join('')).to.equal(`# 3 messages are missing here\nTX: ${frameOf(4)}\n`);
    isFull = true;
    log.write('TX', frameOf(5));
    await log.close();
    expect(errors).to.have.lengthOf(2);
    isFull = false;
    await log.close();
    expect(written.at(-1)).to.equal('# 1 message is missing here\n');
  });

  it('leaves no half of a line on a disk that is full', async () => {
    await using place = await scratch();
    const path = place.path('log');
    const child = fileURLToPath(new URL('../support/log-child.js', import.meta.url));
    // Files of two blocks at most; without the signal, which would end the process, a write beyond that is an error.
    const limited = `trap '' XFSZ; ulimit -f 2; exec "$0" "$1" "$2"`;
    const told = execFileSync('sh', ['-c', limited, process.execPath, child, path]).toString();
    expect(told).to.match(/^(?:EFBIG\n)+$/);
    const text = readFileSync(path, 'utf8');
    expect(text).to.match(
      /^(?:(?:TX: \{"header":\{"txn":"\d+","systemId":"x{100}"\}\}|# \d+ messages? (?:is|are) missing here)\n)+$/,
    );
    expect(text.length).to.be.above(800);
  });

  it('counts a message that is larger than a file', async () => {
    const { written, log: open } = stubFile();
    const log = open({ maxBytes: 1024 });
    for (const frame of [frameOf('a'), frameOf('b', 'b'.repeat(1024)), frameOf('c')]) log.write('TX', frame);
    await log.close();
    expect(written.join('').replace(/^TX: /gm, '').split('\n').sort()).to.deep.equal(
      ['', '# 1 message is missing here', frameOf('a'), frameOf('c')].sort(),
    );
  });

  it('open() tells at once that the path cannot be', async () => {
    const error = await fileMessageLog('/dev/null/log')
      .open()
      .catch((reason: unknown) => reason);
    expect(error).to.be.an.instanceOf(MessageLogError).and.include({ path: '/dev/null/log' });
  });

  for (const [option, value] of Object.entries({ maxBytes: 1023, maxFiles: 0, maxWaiting: 0.5 }))
    it(`refuses ${option} ${value}`, () => {
      expect(() => fileMessageLog('log', { [option]: value })).to.throw(OptionError, `option "${option}" got ${value}`);
    });

  it('refuses a path without a name', () => {
    expect(() => fileMessageLog('')).to.throw(OptionError);
  });
});
