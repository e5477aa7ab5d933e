import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import { fileCredentials, type CredentialsFiles } from '../../lib/certificates/file-credentials.js';
import { CredentialsError } from '../../lib/errors.js';

describe('fileCredentials', () => {
  let files: CredentialsFiles;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unitlink-'));
    files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    await Promise.all([
      writeFile(files.ca, 'the CA'),
      writeFile(files.cert, 'the certificate'),
      writeFile(files.key, 'the key'),
    ]);
  });

  afterEach(() => rm(folder, { recursive: true }));

  const read = (credentials$ = fileCredentials(files)) =>
    firstValueFrom(credentials$.pipe(toArray()), { defaultValue: [] });

  it('gives what is in the files, once', async () => {
    expect(await read()).to.deep.equal([{ ca: 'the CA', cert: 'the certificate', key: 'the key' }]);
  });

  it('reads them anew for each subscriber, so that a replaced file is taken into use', async () => {
    const credentials$ = fileCredentials(files);
    await read(credentials$);
    await writeFile(files.cert, 'the next certificate');
    expect((await read(credentials$))[0]).to.include({ cert: 'the next certificate' });
  });

  it('reads nothing before it is subscribed', async () => {
    const credentials$ = fileCredentials(files);
    await writeFile(files.key, 'the next key');
    expect((await read(credentials$))[0]).to.include({ key: 'the next key' });
  });

  it('reads files with a byte order mark, and names one that is UTF-16', async () => {
    await writeFile(files.ca, '\ufeffthe CA');
    expect((await read())[0]).to.include({ ca: 'the CA' });
    await writeFile(files.key, 'the key', 'utf16le');
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(CredentialsError);
    expect(error).to.include({
      message: `the private key file ${files.key} is UTF-16 and not UTF-8; save it as PEM, in UTF-8`,
    });
  });

  for (const [member, what] of [
    ['ca', 'the CA file'],
    ['cert', 'the certificate file'],
    ['key', 'the private key file'],
  ] as const)
    it(`names ${what} when it cannot be read, and recovers once it is there`, async () => {
      await rm(files[member]);
      const error: unknown = await read().catch((thrown: unknown) => thrown);
      expect(error).to.be.an.instanceOf(CredentialsError);
      expect(error)
        .to.have.property('message')
        .that.matches(new RegExp(`^${what} cannot be read: ENOENT`));
      expect(error).to.have.property('cause').that.includes({ code: 'ENOENT' });
      await writeFile(files[member], 'back again');
      expect(await read()).to.have.length(1);
    });
});
