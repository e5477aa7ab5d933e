import { writeSync } from 'node:fs';
import { fileKeystore } from '../../lib/certificates/file-keystore.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';

// Renews a certificate again and again until it is killed, and prints each serial once it is in use; writeSync, so that
// a print is not lost.
const keystore = fileKeystore(process.argv[2] ?? '');
const authority = await createAuthority();
const id = { type: 'online', node: 'main' };
for (;;) {
  const csr = await keystore.createKey(id);
  const { cert } = await authority.sign(csr, { commonName: 'unit-1' });
  const serial = await keystore.applyCert({ ...id, chain: cert, isOnTrial: true });
  writeSync(1, `${serial}\n`);
  await keystore.commit(id);
}
