import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { expect } from 'chai';
import { fileKeystore, type FileKeystore } from '../../lib/certificates/file-keystore.js';
import { KeystoreError } from '../../lib/errors.js';
import { createAuthority, type Authority } from '../../lib/testing/cloud/authority.js';
import { testChain } from '../support/chain.js';
import { inTemporary } from '../support/temporary.js';

const id = { type: 'online', node: 'main' };
const year = 365 * 86_400_000;

const errorOf = async (work: Promise<unknown>): Promise<KeystoreError> => {
  const error: unknown = await work.then(
    () => 'no error',
    (cause: unknown) => cause,
  );
  expect(error).to.be.instanceOf(KeystoreError);
  return error as KeystoreError;
};

describe('fileKeystore', () => {
  let authority: Authority;

  const sign = async (csr: string): Promise<string> => (await authority.sign(csr, { commonName: 'unit-1' })).cert;
  const issue = () => authority.issue({ commonName: 'unit-1' });
  const renew = async (keystore: FileKeystore, isOnTrial = true): Promise<string> =>
    keystore.applyCert({ ...id, chain: await sign(await keystore.createKey(id)), isOnTrial });
  const inUse = async (keystore: FileKeystore) => {
    const pair = await keystore.certificate(id);
    return pair && [pair.serial, pair.isOnTrial];
  };
  const content = (directory: string) => readFile(join(directory, 'main.online.pem'), 'utf8');
  const countKeys = async (directory: string) => (await content(directory)).match(/-----BEGIN PRIVATE KEY/g)?.length;

  before(async () => {
    authority = await createAuthority();
  });

  it(
    'finds its own certificate in a chain wherever it stands, and keeps the chain in order',
    inTemporary(async (directory) => {
      const { intermediate, unit, key } = await testChain();
      const keystore = fileKeystore(directory);
      await keystore.importPair({ ...id, cert: intermediate + unit, key });
      const chain = `${authority.ca}\n${await sign(await keystore.createKey(id))}\n`;
      const imported = await keystore.certificate(id);
      expect(imported?.cert.replace(/\n+/g, '\n')).to.equal((unit + intermediate).replace(/\n+/g, '\n'));
      await keystore.applyCert({ ...id, chain, isOnTrial: false });
      const pair = await keystore.certificate(id);
      expect(new X509Certificate(pair?.cert ?? '').checkPrivateKey(createPrivateKey(pair?.key ?? ''))).to.equal(true);
      expect(pair?.cert.match(/BEGIN CERTIFICATE/g)).to.have.length(2);
    }),
  );

  it(
    'encrypts every key with its passphrase, and gives that along with the pair in use',
    inTemporary(async (directory) => {
      const { cert, key } = await issue();
      const passphrase = 'geheim';
      const encrypted = String(
        createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'another' }),
      );
      const keystore = fileKeystore(directory, { passphrase });
      await keystore.importPair({ ...id, cert, key: encrypted, passphrase: 'another' });
      const opens = async () => {
        const pair = await keystore.certificate(id);
        expect(pair).to.include({ passphrase });
        const opened = createPrivateKey({ key: pair?.key ?? '', passphrase });
        expect(new X509Certificate(pair?.cert ?? '').checkPrivateKey(opened)).to.equal(true);
      };
      await opens();
      await renew(keystore);
      await opens();
      expect(await keystore.createKey(id)).to.equal(await fileKeystore(directory, { passphrase }).createKey(id));
      expect(await content(directory)).not.to.include('BEGIN PRIVATE KEY');
      expect((await content(directory)).match(/BEGIN ENCRYPTED PRIVATE KEY/g)).to.have.length(3);
      expect(await errorOf(fileKeystore(directory, { passphrase: 'geraten' }).createKey(id))).to.include({
        code: 'UNREADABLE',
        message:
          'the private key cannot be read: the passphrase does not open it; give the one that it was encrypted with',
      });
    }),
  );

  it(
    'goes on with keys that were kept without a passphrase, and encrypts the next',
    inTemporary(async (directory) => {
      await fileKeystore(directory).importPair({ ...id, ...(await issue()) });
      const keystore = fileKeystore(directory, { passphrase: 'geheim' });
      expect(await keystore.certificate(id)).not.to.have.property('passphrase');
      await renew(keystore, false);
      expect(await keystore.certificate(id)).to.have.property('passphrase', 'geheim');
      expect(await content(directory)).not.to.include('BEGIN PRIVATE KEY');
    }),
  );

  it(
    'holds nothing before a certificate is applied, and then key and certificate that belong together',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      expect(await keystore.certificate(id)).to.equal(undefined);
      const csr = await keystore.createKey(id);
      expect(await keystore.certificate(id)).to.equal(undefined);
      const chain = `${await sign(csr)}\n${authority.ca}`;
      const serial = await keystore.applyCert({ ...id, chain, isOnTrial: false });
      const pair = await keystore.certificate(id);
      expect(pair).to.include({ serial, isOnTrial: false });
      const certificate = new X509Certificate(pair?.cert ?? '');
      expect(serial).to.equal(certificate.serialNumber.toLowerCase());
      expect(certificate.checkPrivateKey(createPrivateKey(pair?.key ?? ''))).to.equal(true);
      expect(pair?.cert.match(/BEGIN CERTIFICATE/g)).to.have.length(2);
      expect(await fileKeystore(directory).certificate(id)).to.deep.equal(pair);
    }),
  );

  for (const [keyType, type, details] of [
    ['P-256', 'ec', { namedCurve: 'prime256v1' }],
    ['P-384', 'ec', { namedCurve: 'secp384r1' }],
    ['RSA-2048', 'rsa', { modulusLength: 2048 }],
  ] as const)
    it(
      `makes ${keyType} keys, and a request signed with them that says no more than the common name`,
      inTemporary(async (directory) => {
        const keystore = fileKeystore(directory, { keyType, commonName: 'unit-1' });
        const csr = await keystore.createKey(id);
        const request = new Pkcs10CertificateRequest(csr);
        expect(request.subject).to.equal('CN=unit-1');
        expect(request.extensions).to.deep.equal([]);
        expect(await request.verify()).to.equal(true);
        await keystore.applyCert({ ...id, chain: await sign(csr), isOnTrial: false });
        const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(
          (await keystore.certificate(id))?.key ?? '',
        );
        expect(asymmetricKeyType).to.equal(type);
        expect(asymmetricKeyDetails).to.include(details);
      }),
    );

  it(
    'makes requests to nobody where no common name is given',
    inTemporary(async (directory) => {
      expect(new Pkcs10CertificateRequest(await fileKeystore(directory).createKey(id)).subject).to.equal('');
    }),
  );

  it(
    'gives the same request until a certificate came for it, and then another one',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const first = await keystore.createKey(id);
      expect(await fileKeystore(directory).createKey(id)).to.equal(first);
      await keystore.applyCert({ ...id, chain: await sign(first), isOnTrial: false });
      expect(await keystore.createKey(id)).to.not.equal(first);
    }),
  );

  it(
    'makes a new key where one of another type is wanted',
    inTemporary(async (directory) => {
      const first = await fileKeystore(directory).createKey(id);
      expect(await fileKeystore(directory, { keyType: 'P-384' }).createKey(id)).to.not.equal(first);
      expect(await countKeys(directory)).to.equal(1);
    }),
  );

  it(
    'keeps the pair before while a new one is on trial, until commit',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const first = await renew(keystore);
      expect(await inUse(keystore)).to.deep.equal([first, false]);
      const second = await renew(keystore);
      expect(await inUse(keystore)).to.deep.equal([second, true]);
      expect(await countKeys(directory)).to.equal(2);
      await keystore.commit(id);
      expect(await inUse(keystore)).to.deep.equal([second, false]);
      expect(await countKeys(directory)).to.equal(1);
    }),
  );

  it(
    'goes back to the pair before, and forth again, until commit',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const first = await renew(keystore);
      const second = await renew(keystore);
      await keystore.rollback(id);
      expect(await inUse(fileKeystore(directory))).to.deep.equal([first, true]);
      await keystore.rollback(id);
      expect(await inUse(keystore)).to.deep.equal([second, true]);
      await keystore.rollback(id);
      await keystore.commit(id);
      await keystore.rollback(id);
      expect(await inUse(keystore)).to.deep.equal([first, false]);
    }),
  );

  it(
    'keeps the pair that has connected while one after the other is on trial',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const first = await renew(keystore);
      await renew(keystore);
      await renew(keystore);
      await keystore.rollback(id);
      expect(await inUse(keystore)).to.deep.equal([first, true]);
      expect(await countKeys(directory)).to.equal(2);
    }),
  );

  it(
    'lets go at once of a pair that is replaced without a trial',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      await renew(keystore, false);
      const second = await renew(keystore, false);
      expect(await inUse(keystore)).to.deep.equal([second, false]);
      expect(await countKeys(directory)).to.equal(1);
    }),
  );

  it(
    'takes a certificate again that is in use, and a second one for the same key',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const csr = await keystore.createKey(id);
      const [first, second] = [await sign(csr), await sign(csr)];
      const serial = await keystore.applyCert({ ...id, chain: first, isOnTrial: true });
      const before = await content(directory);
      expect(await keystore.applyCert({ ...id, chain: first, isOnTrial: true })).to.equal(serial);
      expect(await content(directory)).to.equal(before);
      const other = await keystore.applyCert({ ...id, chain: second, isOnTrial: true });
      expect(await inUse(keystore)).to.deep.equal([other, true]);
    }),
  );

  for (const [what, chain, code] of [
    ['belongs to another key', async () => (await issue()).cert, 'KEY_MISMATCH'],
    ['is empty', () => '', 'BAD_CHAIN'],
    ['is no PEM', () => 'PEM', 'BAD_CHAIN'],
    [
      'holds nothing that can be read',
      () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'BAD_CHAIN',
    ],
    [
      'has expired',
      async (csr: string) => {
        const [notBefore, notAfter] = [new Date(Date.now() - 2 * year), new Date(Date.now() - year)];
        return (await authority.sign(csr, { commonName: 'unit-1', notBefore, notAfter })).cert;
      },
      'EXPIRED',
    ],
  ] as const)
    it(
      `refuses a chain that ${what}; the pair in use stays, and the key waits for a better one`,
      inTemporary(async (directory) => {
        const keystore = fileKeystore(directory);
        const first = await renew(keystore);
        const csr = await keystore.createKey(id);
        const before = await content(directory);
        const error = await errorOf(keystore.applyCert({ ...id, chain: await chain(csr), isOnTrial: true }));
        expect(error.code).to.equal(code);
        expect(await content(directory)).to.equal(before);
        expect(await inUse(keystore)).to.deep.equal([first, false]);
        await keystore.applyCert({ ...id, chain: await sign(csr), isOnTrial: true });
        expect(await inUse(keystore)).to.not.deep.equal([first, false]);
      }),
    );

  it(
    'refuses a certificate for which no key was made',
    inTemporary(async (directory) => {
      const { cert } = await issue();
      const error = await errorOf(fileKeystore(directory).applyCert({ ...id, chain: cert, isOnTrial: false }));
      expect(error).to.include({ code: 'KEY_MISMATCH' });
      expect(error.message).to.match(/^the certificate [0-9a-f]+ belongs to no key that was made for it$/);
      expect(await readdir(directory)).to.deep.equal([]);
    }),
  );

  it(
    'refuses types that there are not, and ids that no node can have',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      for (const type of ['', 'unheard-of', '../online', 'toString'])
        expect(await errorOf(keystore.createKey({ ...id, type }))).to.include({ code: 'UNKNOWN_TYPE' });
      for (const node of ['', 'x'.repeat(65)])
        expect(await errorOf(keystore.createKey({ ...id, node }))).to.include({ code: 'BAD_NODE' });
      expect(await readdir(directory)).to.deep.equal([]);
    }),
  );

  it(
    'keeps the keys of nodes of any name in the directory, and apart',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const nodes = ['../../etc', '/', '.', '..', 'a b', 'A', 'a', 'ä', 'a.online', '\0', '%41'];
      for (const node of nodes) await keystore.createKey({ ...id, node });
      const files = await readdir(directory);
      expect(new Set(files)).to.have.property('size', nodes.length);
      expect(files.filter((file) => !/^[\w%-]+\.online\.pem$/.test(file))).to.deep.equal([]);
      expect(await readdir(join(directory, '..'))).to.deep.equal(['keys']);
    }),
  );

  it(
    'is open to this user alone',
    inTemporary(async (directory) => {
      await renew(fileKeystore(directory));
      expect((await stat(directory)).mode & 0o777).to.equal(0o700);
      expect((await stat(join(directory, 'main.online.pem'))).mode & 0o777).to.equal(0o600);
      await chmod(directory, 0o755);
      const error = await errorOf(fileKeystore(directory).certificate(id));
      expect(error.message).to.equal(
        `the keystore ${directory} is open to others (mode 755); close it: chmod 700 ${directory}`,
      );
    }),
  );

  it(
    'takes in a pair from elsewhere, its key no longer encrypted, but never over one that is in use',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const { cert, key, serial } = await issue();
      const passphrase = 'open sesame';
      const cipher = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase } as const;
      const encrypted = String(createPrivateKey(key).export(cipher));
      await keystore.importPair({ ...id, cert, key: encrypted, passphrase });
      expect(await inUse(keystore)).to.deep.equal([serial.toLowerCase(), false]);
      await keystore.importPair({ ...id, ...(await issue()) });
      expect(await inUse(keystore)).to.deep.equal([serial.toLowerCase(), false]);
    }),
  );

  it(
    'takes in no pair that does not belong together, or that cannot be read, and quotes nothing of it',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const [{ cert, key }, other] = [await issue(), await issue()];
      expect(await errorOf(keystore.importPair({ ...id, cert, key: other.key }))).to.include({ code: 'KEY_MISMATCH' });
      const error = await errorOf(keystore.importPair({ ...id, cert, key: 'SECRET' }));
      expect(inspect(error)).to.include('cannot be read').and.not.include('SECRET');
      expect(await errorOf(keystore.importPair({ ...id, cert: 'x', key }))).to.include({ code: 'BAD_CHAIN' });
      expect(await readdir(directory)).to.deep.equal([]);
    }),
  );

  it(
    'removes what it has of a node, and nothing of others',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      for (const type of ['online', 'iam'])
        for (const node of ['main', 'aux']) await keystore.createKey({ type, node });
      await keystore.remove('aux');
      expect(await readdir(directory)).to.have.members(['main.online.pem', 'main.iam.pem']);
    }),
  );

  it(
    'removes what a process that was killed left half written, and no other file',
    inTemporary(async (directory) => {
      await renew(fileKeystore(directory));
      const half = 'main.online.pem.4711-3.tmp';
      await writeFile(join(directory, half), '-----BEGIN PRIVATE KEY-----');
      await writeFile(join(directory, 'notes.tmp'), '');
      await fileKeystore(directory).certificate(id);
      expect(await readdir(directory)).to.have.members(['main.online.pem', 'notes.tmp']);
    }),
  );

  for (const [what, text] of [
    ['is empty', ''],
    ['is something else', 'hello'],
    ['is cut off', '# unitlink keystore: current\n-----BEGIN CERTIFICATE-----\nMIIB'],
    ['is of a later version', '# unitlink keystore: parked\n'],
  ] as const)
    it(
      `says which file it is that ${what}, and leaves it as it is`,
      inTemporary(async (directory) => {
        await mkdir(directory, { mode: 0o700 });
        await writeFile(join(directory, 'main.online.pem'), text);
        const keystore = fileKeystore(directory);
        for (const work of [keystore.certificate(id), keystore.createKey(id), keystore.commit(id)]) {
          const error = await errorOf(work);
          expect(error.code).to.equal('CORRUPT');
          expect(error.message).to.include(`the key file ${join(directory, 'main.online.pem')} cannot be used`);
        }
        expect(await content(directory)).to.equal(text);
      }),
    );

  it(
    'says what is wrong where its path is a file, and works once that is mended',
    inTemporary(async (directory) => {
      await writeFile(directory, '');
      const keystore = fileKeystore(join(directory, 'deeper'));
      expect(await errorOf(keystore.createKey(id))).to.include({ code: 'ENOTDIR' });
      const other = fileKeystore(`${directory}-2/a/b`);
      await other.createKey(id);
      expect(await readdir(`${directory}-2/a/b`)).to.deep.equal(['main.online.pem']);
    }),
  );

  it(
    'does one thing after another, however many are asked for at once',
    inTemporary(async (directory) => {
      const keystore = fileKeystore(directory);
      const requests = await Promise.all(Array.from({ length: 10 }, () => keystore.createKey(id)));
      expect(new Set(requests)).to.have.property('size', 1);
      const [csr = ''] = requests;
      const [, , pair] = await Promise.all([
        keystore.applyCert({ ...id, chain: await sign(csr), isOnTrial: true }),
        keystore.commit(id),
        keystore.certificate(id),
      ]);
      expect(pair).to.include({ isOnTrial: false });
    }),
  );

  it(
    'keeps what it has on a disk that is full, leaves no half-written key, and works again once there is room',
    inTemporary(async (directory) => {
      await mkdir(directory);
      const isMounted = mount(directory);
      try {
        let isFull = false;
        const noSpace = Object.assign(new Error('write'), { code: 'ENOSPC' });
        // Where nothing can be mounted, the disk is said to be full.
        const options = isMounted ? {} : { replace: () => (isFull ? Promise.reject(noSpace) : Promise.resolve()) };
        const path = join(directory, 'keys');
        const keystore = fileKeystore(path);
        const first = await renew(keystore);
        const csr = await keystore.createKey(id);
        const before = await content(path);
        isFull = true;
        if (isMounted) await writeFile(join(directory, 'filler'), Buffer.alloc(1 << 20)).catch(() => undefined);
        const full = isMounted ? keystore : fileKeystore(path, options);
        for (const work of [
          full.applyCert({ ...id, chain: await sign(csr), isOnTrial: true }),
          full.createKey({ ...id, type: 'cm' }),
        ]) {
          const error = await errorOf(work);
          expect(error.code).to.equal('ENOSPC');
          expect(error.message).to.match(/ cannot be .* in \S+: no space is left on the disk \(ENOSPC\)$/);
        }
        expect(await content(path)).to.equal(before);
        expect(await readdir(path)).to.deep.equal(['main.online.pem']);
        expect(await inUse(keystore)).to.deep.equal([first, false]);
        if (isMounted) await writeFile(join(directory, 'filler'), '');
        await keystore.applyCert({ ...id, chain: await sign(csr), isOnTrial: true });
      } finally {
        if (isMounted) execFileSync('umount', ['-l', directory]);
      }
    }),
  );
});

const mount = (directory: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
