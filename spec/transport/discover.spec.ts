import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { DiscoveryError } from '../../lib/errors.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { discover } from '../../lib/transport/discover.js';
import type { Credentials } from '../../lib/transport/types.js';
import { startTlsServer, type TlsServer } from '../support/tls-server.js';
import { until } from '../support/until.js';

const path = '/sd/v7/';
const mebibyte = 1024 * 1024;
const tlsOf = ({ socket }: IncomingMessage): TLSSocket => {
  if (socket instanceof TLSSocket) return socket;
  throw new Error('not over TLS');
};

describe('discover', () => {
  let server: TlsServer;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const requests: IncomingMessage[] = [];

  const ask = (credentials: Credentials = server.credentials, url = `${server.origin}${path}`): Promise<string> =>
    lastValueFrom(discover({ url, body: '{"version":7}', credentials }), { defaultValue: 'nothing' });
  const failure = async (asked: Promise<unknown>): Promise<DiscoveryError> => {
    const error = await asked.then(() => undefined).catch((reason: unknown) => reason);
    if (error instanceof DiscoveryError) return error;
    throw new Error(`no DiscoveryError but ${String(error)}`);
  };
  const answering = (status: number, body: string | Buffer = '', headers: Readonly<Record<string, string>> = {}) => {
    answer = (_, response) => response.writeHead(status, headers).end(body);
  };

  before(async () => {
    server = await startTlsServer((request, response) => {
      requests.push(request);
      answer(request, response);
    });
  });

  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    requests.length = 0;
    answering(200, 'answer');
  });

  it('posts JSON and emits the body of the answer', async () => {
    let posted = '';
    answer = (request, response) => {
      request.on('data', (bytes: Buffer) => (posted += bytes.toString()));
      request.on('end', () => response.end('the answer'));
    };
    expect(await ask()).to.equal('the answer');
    expect(posted).to.equal('{"version":7}');
    expect(requests[0]).to.include({ method: 'POST', url: path });
    expect(requests[0]?.headers).to.include({ 'content-type': 'application/json', accept: 'application/json' });
    expect(requests[0]?.headers).not.to.have.any.keys('authorization', 'cookie');
  });

  it('sends nothing before it is subscribed, and asks again for each subscriber', async () => {
    const answer$ = discover({ url: `${server.origin}${path}`, body: '', credentials: server.credentials });
    expect(requests).to.have.length(0);
    await Promise.all([until(answer$), until(answer$)]);
    expect(requests).to.have.length(2);
  });

  it('shows the certificate of the unit', async () => {
    answer = (request, response) => {
      response.end(tlsOf(request).getPeerCertificate().subject.CN);
    };
    expect(await ask()).to.equal('unit-1');
  });

  it('resumes no TLS session, so that a renewed certificate is shown at once', async () => {
    answer = (request, response) => {
      const socket = tlsOf(request);
      response.end(`${socket.getPeerCertificate().serialNumber} ${String(socket.isSessionReused())}`);
    };
    const renewed = await server.authority.issue({ commonName: 'unit-1' });
    await ask();
    await ask();
    expect(await ask({ ...server.credentials, ...renewed })).to.equal(`${renewed.serial} false`);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`follows no HTTP ${status}`, async () => {
      answering(status, '', { Location: `${server.origin}/elsewhere/` });
      const error = await failure(ask());
      expect(error.code).to.equal(status);
      expect(error.message).to.contain('redirects by HTTP are refused');
      expect(requests.map(({ url }) => url)).to.deep.equal([path]);
    });
  }

  for (const status of [201, 204, 400, 401, 403, 404, 500, 503]) {
    it(`fails at HTTP ${status} and quotes nothing of its body`, async () => {
      answering(status, status === 204 ? '' : 'secret');
      const error = await failure(ask());
      expect(error).to.include({ code: status, retryAfter: undefined });
      expect(error.message).to.equal(`service discovery at ${server.origin}${path} failed: HTTP ${status}`);
    });
  }

  it('tells the Retry-After of a failure', async () => {
    answering(503, '', { 'Retry-After': '7' });
    expect(await failure(ask())).to.include({ code: 503, retryAfter: 7000 });
    answering(503, '', { 'Retry-After': 'Sun, 06 Nov 1994 08:49:37 GMT', Date: 'Sun, 06 Nov 1994 08:49:17 GMT' });
    expect(await failure(ask())).to.include({ code: 503, retryAfter: 20_000 });
  });

  it('reads a body of 1 MiB', async () => {
    answering(200, 'x'.repeat(mebibyte));
    expect(await ask()).to.have.length(mebibyte);
  });

  for (const [title, body, headers] of [
    ['with its length', 'x'.repeat(mebibyte + 1), { 'Content-Length': String(mebibyte + 1) }],
    ['in chunks', 'x'.repeat(mebibyte + 1), { 'Transfer-Encoding': 'chunked' }],
    ['compressed to a few bytes', gzipSync('x'.repeat(20 * mebibyte)), { 'Content-Encoding': 'gzip' }],
  ] as const) {
    it(`refuses a body over 1 MiB ${title}`, async () => {
      answering(200, body, headers);
      expect((await failure(ask())).message).to.contain('a body of more than 1048576 bytes');
    });
  }

  it('reads a body however its last chunk is cut, compressed or not, and however the connection ends', async () => {
    const text = JSON.stringify(Array.from({ length: 2000 }, (_, n) => Math.sin(n)));
    for (const compressed of [false, true])
      for (const ending of ['end', 'cut', 'stay'] as const)
        for (const cut of [0, 1, 2, 3, 4, 5, 6, 7, 9, 20]) {
          const body = compressed ? gzipSync(text) : Buffer.from(text);
          const head = `HTTP/1.1 200 OK\r\n${compressed ? 'Content-Encoding: gzip\r\n' : ''}Transfer-Encoding: chunked\r\n\r\n`;
          const whole = Buffer.concat([
            Buffer.from(`${head}${body.length.toString(16)}\r\n`),
            body,
            Buffer.from('\r\n0\r\n\r\n'),
          ]);
          answer = ({ socket }) => {
            socket.write(whole.subarray(0, whole.length - cut), () => {
              setImmediate(() => {
                if (cut > 0) socket.write(whole.subarray(whole.length - cut));
                if (ending === 'end') socket.end();
                else if (ending === 'cut') socket.destroySoon();
              });
            });
          };
          expect(await ask(), `${compressed ? 'gzip' : 'plain'}, ${ending}, ${cut}`).to.equal(text);
        }
  });

  const codings: Readonly<Record<string, (text: string) => Buffer>> = {
    br: (text) => brotliCompressSync(text),
    deflate: (text) => deflateSync(text),
    'x-deflate': (text) => deflateRawSync(text),
    'X-GZIP': (text) => gzipSync(text),
    identity: (text) => Buffer.from(text),
  };
  for (const [coding, encode] of Object.entries(codings))
    it(`reads a body in the content coding ${coding}`, async () => {
      answering(200, encode('the answer'), { 'Content-Encoding': coding });
      expect(await ask()).to.equal('the answer');
    });

  it('says of a compressed body that it is cut off, cannot be decompressed, or was not asked for', async () => {
    const says = async (body: Buffer, coding: string) => {
      answering(200, body, { 'Content-Encoding': coding });
      return (await failure(ask())).message.replace(/^.*failed: /, '');
    };
    const whole = gzipSync('the answer');
    expect(await says(whole.subarray(0, -9), 'gzip')).to.equal('the answer was cut off before its end');
    expect(await says(Buffer.from('secret'), 'gzip')).to.equal('a body that cannot be decompressed');
    expect(await says(whole, 'zstd')).to.equal('a body in a content coding that was not asked for');
  });

  it('says of a body that it is cut off, by its length and by its chunks', async () => {
    for (const headers of [{ 'Content-Length': '100' }, { 'Transfer-Encoding': 'chunked' }]) {
      answer = (_, response) => {
        response.writeHead(200, headers).write('half');
        setImmediate(() => response.destroy());
      };
      const error = await failure(ask());
      expect(error.message).to.match(/failed: the answer was cut off before its end$/);
      expect(error.code).to.equal('ERR_STREAM_PREMATURE_CLOSE');
    }
  });

  it('fails when the answer breaks off', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setImmediate(() => response.destroy());
    };
    expect(await failure(ask())).to.be.an.instanceof(DiscoveryError);
  });

  it('tells the code of a connection that is refused', async () => {
    expect((await failure(ask(server.credentials, `https://127.0.0.1:1${path}`))).code).to.equal('ECONNREFUSED');
  });

  it('tells the code of a name that is not known', async () => {
    const { code } = await failure(ask(server.credentials, `https://nowhere.invalid${path}`));
    expect(code).to.be.oneOf(['ENOTFOUND', 'EAI_AGAIN']);
  });

  it('shows a URL without its query', async () => {
    answering(503);
    const error = await failure(ask(server.credentials, `${server.origin}${path}?token=secret`));
    expect(error.url).to.equal(`${server.origin}${path}`);
    expect(error.message).not.to.contain('secret');
  });

  it('trusts nobody but the CA it is given, whatever the environment says', async () => {
    const { ca } = await createAuthority();
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect((await failure(ask({ ...server.credentials, ca }))).code).to.match(/SIGNATURE|SIGNED|ISSUER/);
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
    expect(requests).to.have.length(0);
  });

  it('refuses a server whose certificate is made out to another name', async () => {
    await using other = await startTlsServer(undefined, { ipAddresses: ['127.0.0.2'] });
    const { code } = await failure(ask(other.credentials, `${other.origin}${path}`));
    expect(code).to.equal('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('fails where the server does not trust the certificate of the unit', async () => {
    const authority = await createAuthority();
    const own = await authority.issue({ commonName: 'unit-1' });
    expect((await failure(ask({ ...own, ca: server.authority.ca }))).code).to.be.a('string');
    expect(requests).to.have.length(0);
  });

  it('cuts the request off when it is unsubscribed', async () => {
    let asked: (request: IncomingMessage) => void;
    const arrived = new Promise<IncomingMessage>((resolve) => (asked = resolve));
    answer = (request) => {
      asked(request);
    };
    const subscription = discover({
      url: `${server.origin}${path}`,
      body: '',
      credentials: server.credentials,
    }).subscribe({ error: (error: unknown) => expect.fail(String(error)) });
    const { socket } = await arrived;
    const closed = once(socket, 'close');
    subscription.unsubscribe();
    await closed;
    expect(socket.destroyed).to.equal(true);
  });

  it('leaves no connection open when it is done', async () => {
    const sockets: TLSSocket[] = [];
    server.server.on('secureConnection', (socket: TLSSocket) => sockets.push(socket));
    await ask();
    const [socket] = sockets;
    if (socket !== undefined && !socket.destroyed) await once(socket, 'close');
    expect(sockets.map(({ destroyed }) => destroyed)).to.deep.equal([true]);
  });
});
