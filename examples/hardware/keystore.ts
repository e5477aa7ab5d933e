// A keystore whose keys are made in a PKCS#11 token and never leave it. It asks pkcs11-tool of OpenSC for a key, and openssl with the
// engine pkcs11 for the request of its certificate. The certificates, and which key belongs to which, are in files.
import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CertificateId, KeyPair, KeyPairInUse, Keystore } from 'unitlink';

const run = promisify(execFile);

/** Where the keys are. */
export interface Token {
  /** The path of the PKCS#11 module. */
  readonly module: string;
  readonly label: string;
  /** The path of the file with the PIN. */
  readonly pinFile: string;
}

/** What there is of one certificate. */
interface Entry {
  readonly current?: KeyPair;
  readonly kept?: KeyPair;
  /** The URI of a key without a certificate. */
  readonly pending?: string;
}

export const hardwareKeystore = (directory: string, commonName: string, token: Token): Keystore => {
  const pathOf = ({ node, type }: CertificateId) => join(directory, `${encodeURIComponent(`${node}.${type}`)}.json`);
  const read = async (id: CertificateId): Promise<Entry> =>
    JSON.parse(await readFile(pathOf(id), 'utf8').catch(() => '{}')) as Entry;
  const replace = async (id: CertificateId, entry: Entry) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(`${pathOf(id)}.new`, JSON.stringify(entry), { flush: true });
    await rename(`${pathOf(id)}.new`, pathOf(id));
  };

  return {
    createKey: async (id) => {
      const key = await newKey(token);
      await replace(id, { ...(await read(id)), pending: key });
      return requestFor(key, commonName, token);
    },
    applyCert: async ({ chain, isOnTrial, ...id }) => {
      const { current, pending } = await read(id);
      if (pending === undefined) throw new Error(`no key was made for ${id.type} of ${id.node}`);
      const kept = isOnTrial && current ? { kept: current } : {};
      await replace(id, { current: { cert: chain, key: pending }, ...kept });
      return serialOf(chain);
    },
    certificate: async (id): Promise<KeyPairInUse | undefined> => {
      const { current, kept } = await read(id);
      return current && { ...current, serial: serialOf(current.cert), isOnTrial: kept !== undefined };
    },
    commit: async (id) => {
      const { current, pending } = await read(id);
      await replace(id, { ...(current && { current }), ...(pending !== undefined && { pending }) });
    },
    rollback: async (id) => {
      const { kept, current, ...entry } = await read(id);
      await replace(id, { ...entry, ...(kept && { current: kept }), ...(current && { kept: current }) });
    },
  };
};

const serialOf = (chain: string): string => new X509Certificate(chain).serialNumber;

/** Makes a key in the token, and returns its URI. */
const newKey = async ({ module, label, pinFile }: Token): Promise<string> => {
  const id = randomBytes(8).toString('hex');
  const args = ['--module', module, '--token-label', label, '--login', '--pin', 'env:TOKEN_PIN', '--keypairgen'];
  const env = { ...process.env, TOKEN_PIN: await readFile(pinFile, 'utf8') };
  await run('pkcs11-tool', [...args, '--key-type', 'EC:prime256v1', '--label', `unit-${id}`, '--id', id], { env });
  return `pkcs11:token=${encodeURIComponent(label)};object=unit-${id};type=private?pin-source=file:${pinFile}`;
};

const requestFor = async (key: string, commonName: string, { module }: Token): Promise<string> => {
  const args = ['req', '-new', '-engine', 'pkcs11', '-keyform', 'engine', '-key', key, '-subj', `/CN=${commonName}`];
  // The file for Node would load the engine a second time.
  const env = { ...process.env, OPENSSL_CONF: '/dev/null', PKCS11_MODULE_PATH: module };
  const { stdout } = await run('openssl', [...args, '-config', '/dev/null'], { env });
  return stdout;
};
