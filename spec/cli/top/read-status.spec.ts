import { expect } from 'chai';
import { readStatus } from '../../../lib/cli/top/read-status.js';
import { unitStatus } from '../../support/unit-status.js';

const url = 'http://127.0.0.1:9464/status';
const reasonFor = (answer: Response | Error): Promise<string> =>
  readStatus(url, () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer))).then(
    () => 'none',
    (error: unknown) => String(error),
  );
const body = (value: unknown) => new Response(JSON.stringify(value));

describe('readStatus', () => {
  it('returns the status of a unit', async () => {
    expect(await readStatus(url, () => Promise.resolve(body(unitStatus())))).to.deep.equal(unitStatus());
  });

  it('says why there is none', async () => {
    const refused = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
    expect(await reasonFor(refused)).to.equal('Error: the connection is refused');
    expect(await reasonFor(new DOMException('late', 'TimeoutError'))).to.equal('Error: no answer within 5000 ms');
    expect(await reasonFor(new Response('see /metrics', { status: 404 }))).to.include('there is no /status');
    expect(await reasonFor(new Response('', { status: 403 }))).to.equal('Error: it answers with 403');
    expect(await reasonFor(new Response('<html>'))).to.equal('Error: its answer is not the status of a unit');
  });

  it('refuses a document with a part that is missing or of another type', async () => {
    const status = unitStatus();
    for (const name of Object.keys(status))
      if (name !== 'pid') expect(await reasonFor(body({ ...status, [name]: null })), name).to.include('not the status');
    const events = [{ at: '', level: '', text: 1 }];
    expect(await reasonFor(body({ ...status, events }))).to.include('not the status');
  });

  it('reads no more than a status can be long', async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        chunks++;
        controller.enqueue(new Uint8Array(16 * 1024));
      },
    });
    expect(await reasonFor(new Response(endless))).to.equal('Error: its answer is too long');
    expect(chunks).to.be.at.most(12);
  });
});
