import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
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

  afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

  const read = (credentials$ = fileCredentials(files)) =>
    firstValueFrom(credentials$.pipe(toArray()), { defaultValue: [] });

  it('gives what is in the files, once', async () => {
    expect(await read()).to.deep.equal([{ ca: 'the CA', cert: 'the certificate', key: 'the key' }]);
  });

  it('gives the URI of a key in hardware as it is', async () => {
    const key = 'pkcs11:token=unit;object=online';
    expect(await read(fileCredentials({ ...files, key }))).to.deep.equal([
      { ca: 'the CA', cert: 'the certificate', key },
    ]);
  });

  it('reads them anew for each subscriber, so that a replaced file is taken into use', async () => {
    const credentials$ = fileCredentials(files);
    await read(credentials$);
    await writeFile(files.cert, 'the next certificate');
    expect((await read(credentials$))[0]).to.include({ cert: 'the next certificate' });
  });

  for (const [option, what, wrong, words] of [
    ['ca', 'CA', 'PRIVATE KEY', 'it holds a private key and no certificate'],
    ['cert', 'certificate', 'EC PRIVATE KEY', 'it holds a private key and no certificate'],
    ['cert', 'certificate', 'CERTIFICATE REQUEST', 'it holds a certificate request and no certificate'],
    ['key', 'private key', 'CERTIFICATE', 'it holds a certificate and no private key'],
    ['key', 'private key', 'PUBLIC KEY', 'it holds a public key and no private key'],
  ] as const)
    it(`says of a ${wrong} that is given as ${option} which file it is and what is wrong`, async () => {
      await writeFile(files[option], `-----BEGIN ${wrong}-----\ngeheim\n-----END ${wrong}-----\n`);
      const error: unknown = await read().catch((thrown: unknown) => thrown);
      expect(error).to.be.an.instanceOf(CredentialsError);
      expect(error).to.include({
        message: `the ${what} file ${files[option]}, given as ${option}, cannot be used: ${words}`,
      });
    });

  it('reads nothing before it is subscribed', async () => {
    const credentials$ = fileCredentials(files);
    await writeFile(files.key, 'the next key');
    expect((await read(credentials$))[0]).to.include({ key: 'the next key' });
  });

  it('shows neither key nor passphrase to who inspects them', async () => {
    const credentials = await read(fileCredentials({ ...files, passphrase: 'hush' }));
    const shown = inspect(credentials, { depth: 9, showHidden: true });
    expect(shown).to.contain('the certificate').and.not.contain('the key').and.not.contain('hush');
    expect(credentials).to.deep.equal([{ ca: 'the CA', cert: 'the certificate', key: 'the key', passphrase: 'hush' }]);
  });

  it('reads files with a byte order mark, and names one that is UTF-16', async () => {
    await writeFile(files.ca, '\ufeffthe CA');
    expect((await read())[0]).to.include({ ca: 'the CA' });
    await writeFile(files.key, 'the key', 'utf16le');
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(CredentialsError);
    expect(error).to.include({
      message: `the private key file ${files.key} is UTF-16 and not UTF-8; save it in UTF-8`,
    });
  });

  describe('with an encrypted key', () => {
    const encrypt = (cipher: string) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return String(
        privateKey.export({
          type: cipher === 'pkcs8' ? 'pkcs8' : 'sec1',
          format: 'pem',
          cipher: 'aes-256-cbc',
          passphrase: 'geheim',
        }),
      );
    };
    const failureOf = async (more: Partial<CredentialsFiles>) => {
      const error: unknown = await read(fileCredentials({ ...files, ...more })).catch((thrown: unknown) => thrown);
      expect(error).to.be.an.instanceOf(CredentialsError);
      expect(inspect(error, { depth: 9 })).not.to.include('geraten');
      return (error as CredentialsError).message;
    };
    let passphraseFile: string;
    beforeEach(async () => {
      passphraseFile = join(folder, 'passphrase');
      await writeFile(passphraseFile, 'geheim\r\nand a remark');
    });

    for (const form of ['pkcs8', 'the older form'])
      it(`gives the passphrase along, given or out of a file: ${form}`, async () => {
        const key = encrypt(form);
        await writeFile(files.key, key);
        for (const more of [{ passphrase: 'geheim' }, { passphraseFile }])
          expect((await read(fileCredentials({ ...files, ...more })))[0]).to.include({ key, passphrase: 'geheim' });
      });

    it('names the file that it cannot open, and why', async () => {
      await writeFile(files.key, encrypt('pkcs8'));
      expect(await failureOf({})).to.equal(
        `the private key file ${files.key} cannot be used: it is encrypted, and no passphrase is given; give the one that it was encrypted with`,
      );
      expect(await failureOf({ passphrase: 'geraten' })).to.equal(
        `the private key file ${files.key} cannot be used: the passphrase does not open it; give the one that it was encrypted with`,
      );
    });

    it('reads the passphrase again for each subscriber, and names its file where there is none', async () => {
      await writeFile(files.key, encrypt('pkcs8'));
      await writeFile(passphraseFile, '\n');
      expect(await failureOf({ passphraseFile })).to.equal(
        `the first line of the passphrase file ${passphraseFile} is empty`,
      );
      await rm(passphraseFile);
      expect(await failureOf({ passphraseFile })).to.match(/^the passphrase file cannot be read: ENOENT/);
      await writeFile(passphraseFile, 'geheim');
      expect(await read(fileCredentials({ ...files, passphraseFile }))).to.have.length(1);
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
