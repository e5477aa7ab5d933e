import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileStore } from '../../../lib/store/file-store.js';
import { cleanUp, spawnCommand } from '../../support/spawn-command.js';
import { content, fill, message, messages, orders } from '../../support/store-place.js';

const frame = (n: number) => `{"header":{"txn":"txn-${n}"},"data":{"n":${n}}}`;
const hour = 3_600_000;

describe('unitlink doctor --store and unitlink store salvage', () => {
  let directory: string;
  let path: string;

  const damage = async (n: number): Promise<void> => {
    const [name = ''] = (await readdir(path)).filter((file) => file.endsWith('.journal'));
    const bytes = await readFile(join(path, name));
    bytes.write('?', bytes.indexOf(frame(n)) + 3);
    await writeFile(join(path, name), bytes);
  };
  const run = async (...args: readonly string[]) => {
    const command = spawnCommand(...args);
    const code = await command.ended;
    return { code, stdout: command.stdout(), stderr: command.stderr() };
  };
  /** The files of the store, and when they were changed. */
  const snapshot = async () => {
    const names = (await readdir(path, { recursive: true })).sort();
    return Promise.all(names.map(async (name) => [name, (await stat(join(path, name))).mtimeMs] as const));
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'unitlink-store-command-'));
    path = join(directory, 'queue');
    const old = fileStore(path, { now: () => Date.now() - 5 * hour });
    await fill(
      old,
      messages(1, 3).map((one) => ({ ...one, frame: frame(one.order) })),
    );
    await fill(fileStore(path), [message(4, { messageType: 'monitoringData', frame: frame(4) })]);
  });
  afterEach(async () => {
    await cleanUp();
    await rm(directory, { recursive: true, maxRetries: 5 });
  });

  it('says what is there, how many and how old, and changes nothing', async () => {
    const before = await snapshot();
    const { code, stdout } = await run('doctor', '--store', path);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^\S+queue\n {2}4 messages: 3 alerts, 1 monitoringData; \d+ bytes on disk\n/);
    expect(stdout).to.match(/\n {2}the oldest accepted 5 hours ago \(\S+Z\), the newest at \S+Z\n$/);
    expect(await snapshot()).to.deep.equal(before);
  });

  it('names what cannot be read, again and again, until it was recovered', async () => {
    await damage(2);
    const before = await snapshot();
    for (let times = 0; times < 2; times++) {
      const { code, stdout } = await run('doctor', '--store', path);
      expect(code).to.equal(1);
      expect(stdout).to.match(/\n {2}1 cannot be read:\n {4}txn-2, order 2 \(byte \d+ of 00000001\.journal\)\n/);
      expect(stdout).to.include(`unitlink store salvage ${path}\n`);
    }
    expect(await snapshot()).to.deep.equal(before);
    const salvaged = await run('store', 'salvage', path);
    expect(salvaged.code).to.equal(1);
    expect(salvaged.stdout).to.match(/txn-2, order 2 .*\n3 messages recovered, 1 lost; the store is \S+\n$/);
    expect((await run('store', 'salvage', path)).stdout).to.equal(
      `3 messages recovered, 0 lost; the store is ${path}\n`,
    );
    const { code, stdout } = await run('doctor', '--store', path);
    expect(code).to.equal(0);
    expect(stdout).to.match(/1 could not be read at an earlier start:\n {4}txn-2/);
    expect(orders(await content(fileStore(path)))).to.deep.equal([1, 3, 4]);
  });

  it('gives programs an object a line', async () => {
    await damage(2);
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [lost, result] = lines((await run('doctor', '--store', path, '--json')).stdout);
    expect(lost).to.include({ event: 'lost', txn: 'txn-2', order: 2, file: '00000001.journal' });
    expect(result).to.deep.include({
      event: 'result',
      kept: 3,
      lost: 1,
      setAside: 0,
      types: { alerts: 2, monitoringData: 1 },
    });
    const salvaged = lines((await run('store', 'salvage', path, '--json')).stdout);
    expect(salvaged[0]).to.include({ event: 'lost', txn: 'txn-2' });
    expect(salvaged[1]).to.deep.equal({ event: 'result', kept: 3, lost: 1 });
  });

  it('recovers into another store, and leaves the damaged one as it is', async () => {
    await damage(3);
    const files = async () => (await snapshot()).filter(([name]) => name.endsWith('.journal'));
    const before = await files();
    const to = join(directory, 'new');
    expect((await run('store', 'salvage', path, '--to', to)).stdout).to.include(
      `3 messages recovered, 1 lost; the store is ${to}\n`,
    );
    expect(await files()).to.deep.equal(before);
    expect((await content(fileStore(to))).map(({ frame: text }) => text)).to.deep.equal([1, 2, 4].map(frame));
    const again = await run('store', 'salvage', path, '--to', to);
    expect(again.code).to.equal(2);
    expect(again.stderr).to.include('option --to names a store that holds 3 messages already');
  });

  it('recovers out of files that were set aside', async () => {
    await damage(3);
    await content(fileStore(path));
    const aside = join(directory, 'aside');
    await mkdir(aside);
    await rename(`${path}/00000001.journal.damaged`, `${aside}/00000001.journal.damaged`);
    const to = join(directory, 'new');
    const { stdout } = await run('store', 'salvage', aside, '--to', to);
    expect(stdout).to.match(/txn-3, order 3.*\n3 messages recovered, 1 lost/);
    expect(orders(await content(fileStore(to)))).to.deep.equal([1, 2, 4]);
  });

  it('leaves a store alone that a unit uses, and looks at it all the same', async () => {
    const store = fileStore(path);
    await store.open();
    for (const args of [[], ['--to', join(directory, 'new')]]) {
      const { code, stderr } = await run('store', 'salvage', path, ...args);
      expect(code).to.equal(2);
      expect(stderr).to.match(/^unitlink store: the store \S+ is in use by another process.*\n$/);
    }
    expect((await run('doctor', '--store', path)).code).to.equal(0);
    await store.close();
  });

  it('ends with 2 and one clear line where there is no store', async () => {
    const missing = join(directory, 'missing');
    const open = join(directory, 'open');
    await cp(path, open, { recursive: true });
    await chmod(open, 0o755);
    for (const [args, line] of [
      [['doctor', '--store', missing], /^unitlink doctor: the store "\S+" cannot be read: ENOENT.*\n$/],
      [['doctor', '--store', directory], /^unitlink doctor: "\S+" holds no store, or an empty one\n$/],
      [['doctor', '--store', path, '--ca', 'x'], /^unitlink doctor: unknown option "--ca".*\n$/],
      [['store', 'salvage', missing], /^unitlink store: the store "\S+" cannot be read: ENOENT.*\n$/],
      [
        ['store', 'salvage', open],
        /^unitlink store: option "store" got "\S+", which is open to others \(mode 755\).*\n$/,
      ],
      [['store', 'salvage'], /^unitlink store: salvage takes one directory\n$/],
      [['store', 'mend', path], /^unitlink store: "mend" is not known, store takes salvage\n$/],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      expect(code).to.equal(2);
      expect(stderr).to.match(line);
      expect(stdout).to.equal('');
    }
    expect(await readdir(directory)).not.to.include('missing');
  });
});
