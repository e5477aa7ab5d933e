import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startCloud } from '../../lib/testing/cloud/start-cloud.js';
import { recorded } from '../support/unit-on-cloud.js';

const child = fileURLToPath(new URL('../support/small-heap-child.js', import.meta.url));
const frames = 40;

describe('a unit with a heap of 64 MiB whose handler never ends', () => {
  it('survives 40 messages of 4 MiB, acks those it holds and no other, and hears the acks of its own', async () => {
    await using cloud = await startCloud();
    const env = { ...process.env, CREDENTIALS: JSON.stringify(cloud.credentials) };
    const unit = spawn(process.execPath, ['--max-old-space-size=64', child, `${frames}`], { env });
    let stdout = '';
    unit.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    while (!stdout.includes('ready')) await once(unit.stdout, 'data');
    const acks = recorded(cloud.ack$);
    const title = 'z'.repeat(4 * 1024 * 1024 - 1024);
    for (let count = 0; count < frames; count++)
      cloud.send({ messageType: 'desiredStatus', items: [{ item: { id: 'i', type: 'service', title } }] });
    expect(await once(unit, 'close')).to.deep.equal([0, null]);
    expect(stdout).to.include('4 taken, 36 refused');
    expect(acks).to.have.length(4);
  });
});
