import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { serveMetrics } from '../../lib/transport/serve-metrics.js';

const serve = (text: () => string) => serveMetrics({ port: 0, contentType: 'text/plain; version=0.0.4', text });

describe('serveMetrics', () => {
  it('gives the text of the moment at /metrics, and nothing anywhere else', async () => {
    let scrapes = 0;
    await using server = await serve(() => `scrapes ${++scrapes}\n`);
    const first = await fetch(server.url);
    expect(first.headers.get('content-type')).to.equal('text/plain; version=0.0.4');
    expect([await first.text(), await (await fetch(`${server.url}?x=1`)).text()]).to.deep.equal([
      'scrapes 1\n',
      'scrapes 2\n',
    ]);
    expect((await fetch(new URL('/', server.url))).status).to.equal(404);
    expect((await fetch(server.url, { method: 'POST' })).status).to.equal(405);
    expect(scrapes).to.equal(2);
  });

  it('listens on loopback, and on nothing once it is disposed of, also with a request that is not whole', async () => {
    const server = await serve(() => '');
    const half = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
    await once(half, 'connect');
    half.write('GET /metrics HTTP/1.1\r\n');
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await (await fetch(server.url)).text();
    const ended = once(half, 'close');
    await server[Symbol.asyncDispose]();
    await ended;
    const failed = await fetch(server.url).catch((error: unknown) => error);
    expect(failed).to.be.an.instanceof(Error);
  });

  it('rejects where the port is taken', async () => {
    await using server = await serve(() => '');
    const options = { port: Number(new URL(server.url).port), contentType: '', text: () => '' };
    const error = await serveMetrics(options).catch((cause: unknown) => cause);
    expect(error).to.include({ code: 'EADDRINUSE' });
  });
});
