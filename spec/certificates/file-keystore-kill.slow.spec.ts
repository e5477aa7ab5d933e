import { spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { fileKeystore } from '../../lib/certificates/file-keystore.js';
import { inTemporary } from '../support/temporary.js';

const id = { type: 'online', node: 'main' };

describe('fileKeystore', () => {
  it(
    'has a whole pair in use after a kill, whenever that comes, and it is the last that was told or a later one',
    inTemporary(async (directory) => {
      const file = fileURLToPath(new URL('../support/keystore-child.js', import.meta.url));
      const told: string[] = [];
      for (const lines of [1, 2, 3, 5, 8, 13]) {
        const child = spawn(process.execPath, [file, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
        const closed = once(child, 'close');
        let printed = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
          if (printed.split('\n').length > lines) child.kill('SIGKILL');
        });
        await closed;
        told.push(...printed.split('\n').slice(0, -1));
        const keystore = fileKeystore(directory);
        const pair = await keystore.certificate(id);
        const certificate = new X509Certificate(pair?.cert ?? '');
        expect(certificate.checkPrivateKey(createPrivateKey(pair?.key ?? ''))).to.equal(true);
        expect(told.slice(0, -1)).to.not.include(pair?.serial);
        expect(await readdir(directory)).to.deep.equal(['main.online.pem']);
      }
    }),
  );
});
