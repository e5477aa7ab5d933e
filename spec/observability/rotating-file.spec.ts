import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { rotatingFile } from '../../lib/observability/rotating-file.js';
import { scratch } from '../support/scratch.js';

const read = (path: string): string => readFileSync(path, 'utf8');
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) => error,
  );

describe('rotatingFile', () => {
  let place: Awaited<ReturnType<typeof scratch>>;
  let path: string;
  const fileOf = (maxBytes = 1000, maxFiles = 3) => rotatingFile({ path, maxBytes, maxFiles });

  beforeEach(async () => {
    place = await scratch();
    path = place.path('deep/er/log');
  });
  afterEach(async () => {
    await place[Symbol.asyncDispose]();
  });

  it('makes the file and its directories for the user alone', async () => {
    const file = fileOf();
    await file.append(Buffer.from('a\n'));
    await file.close();
    expect(read(path)).to.equal('a\n');
    expect([mode(path), mode(place.path('deep/er')), mode(place.path('deep'))]).to.deep.equal(['600', '700', '700']);
  });

  it('goes on at the end of what is there, and takes it from everybody else', async () => {
    path = place.path('log');
    writeFileSync(path, 'before\n');
    chmodSync(path, 0o644);
    const file = fileOf();
    await file.append(Buffer.from('a\n'));
    await file.close();
    expect(read(path)).to.equal('before\na\n');
    expect(mode(path)).to.equal('600');
  });

  it('begins a line of its own after one that was torn', async () => {
    path = place.path('log');
    writeFileSync(path, 'TX: {"half');
    const file = fileOf();
    await file.append(Buffer.from('a\n'));
    await file.append(Buffer.from('b\n'));
    await file.close();
    expect(read(path)).to.equal('TX: {"half\na\nb\n');
  });

  it('puts a full file aside, and the oldest away', async () => {
    const file = fileOf(4, 3);
    for (const line of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await file.append(Buffer.from(`${line}\n`));
    await file.close();
    expect([read(path), read(`${path}.1`), read(`${path}.2`)]).to.deep.equal(['g\n', 'e\nf\n', 'c\nd\n']);
    expect(existsSync(`${path}.3`)).to.equal(false);
    expect([mode(path), mode(`${path}.1`)]).to.deep.equal(['600', '600']);
  });

  it('fills a file to its last byte', async () => {
    const file = fileOf(4, 2);
    await file.append(Buffer.from('aaa\n'));
    expect(existsSync(`${path}.1`)).to.equal(false);
    await file.append(Buffer.from('b\n'));
    await file.close();
    expect([read(path), read(`${path}.1`)]).to.deep.equal(['b\n', 'aaa\n']);
  });

  it('counts the end that it gives to a torn line', async () => {
    path = place.path('log');
    writeFileSync(path, 'xxx');
    const file = fileOf(5, 2);
    await file.append(Buffer.from('a\n'));
    await file.close();
    expect([read(path), read(`${path}.1`)]).to.deep.equal(['a\n', 'xxx']);
  });

  it('begins anew where there is to be one file only', async () => {
    const file = fileOf(4, 1);
    for (const line of ['a', 'b', 'c']) await file.append(Buffer.from(`${line}\n`));
    await file.close();
    expect(read(path)).to.equal('c\n');
    expect(existsSync(`${path}.1`)).to.equal(false);
  });

  it('counts what an earlier run has written', async () => {
    path = place.path('log');
    writeFileSync(path, 'old\n');
    const file = fileOf(4, 2);
    await file.append(Buffer.from('a\n'));
    await file.close();
    expect([read(path), read(`${path}.1`)]).to.deep.equal(['a\n', 'old\n']);
  });

  it('refuses what is no regular file, and does not wait for the reader of a pipe', async () => {
    path = place.path('pipe');
    execFileSync('mkfifo', [path]);
    expect(await failure(fileOf().open())).to.be.an('error');
    path = '/dev/null';
    expect(await failure(fileOf().open())).to.match(/not a regular file/);
    path = place.path('');
    expect(await failure(fileOf().open())).to.have.property('code', 'EISDIR');
  });

  it('follows a link of this user, and none of another user', async () => {
    const target = place.path('target');
    path = place.path('link');
    symlinkSync(target, path);
    const file = fileOf();
    await file.append(Buffer.from('a\n'));
    await file.close();
    expect(read(target)).to.equal('a\n');
    if (process.geteuid?.() !== 0) return; // nobody else can give a link away
    lchownSync(path, 65_534, 65_534);
    chmodSync(target, 0o644);
    expect(await failure(fileOf().open())).to.match(/a link that belongs to another user/);
    expect(mode(target)).to.equal('644');
  });

  it('tries again after a failure', async () => {
    path = place.path('file/log');
    writeFileSync(place.path('file'), '');
    const file = fileOf();
    expect(await failure(file.append(Buffer.from('a\n')))).to.have.property('code');
    await place[Symbol.asyncDispose]();
    await file.append(Buffer.from('b\n'));
    await file.close();
    expect(read(path)).to.equal('b\n');
  });
});
