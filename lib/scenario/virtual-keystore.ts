import type { KeyPairInUse, Keystore } from '../certificates/keystore.js';

/** A keystore of words instead of keys: the certificate of serial `0b` is the text `certificate 0b`. */
export const virtualKeystore = (): Keystore => {
  const pairs = new Map<string, { current: KeyPairInUse; kept?: KeyPairInUse }>();
  const keyOf = ({ type, node }: { readonly type: string; readonly node: string }) => `${node}.${type}`;
  return {
    createKey: ({ type, node }) => Promise.resolve(`request for ${type} of ${node}`),
    applyCert: ({ chain, isOnTrial, ...id }) => {
      const serial = chain.replace(/^.* /, '');
      const before = pairs.get(keyOf(id))?.current;
      const current = { cert: chain, key: `key ${serial}`, serial, isOnTrial };
      pairs.set(keyOf(id), { current, ...(isOnTrial && before && { kept: before }) });
      return Promise.resolve(serial);
    },
    certificate: (id) => Promise.resolve(pairs.get(keyOf(id))?.current),
    commit: (id) => {
      const current = pairs.get(keyOf(id))?.current;
      if (current) pairs.set(keyOf(id), { current: { ...current, isOnTrial: false } });
      return Promise.resolve();
    },
    rollback: (id) => {
      const kept = pairs.get(keyOf(id))?.kept;
      if (kept) pairs.set(keyOf(id), { current: kept });
      return Promise.resolve();
    },
    importPair: ({ cert, key, ...id }) => {
      if (!pairs.has(keyOf(id))) pairs.set(keyOf(id), { current: { cert, key, serial: '0a', isOnTrial: false } });
      return Promise.resolve();
    },
  };
};
