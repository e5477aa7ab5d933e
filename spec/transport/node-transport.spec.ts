import type { IncomingMessage, ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import tls, { TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import { spy } from 'sinon';
import { nodeTransport as transportOfNode } from '../../lib/transport/node-transport.js';
import type * as module from '../../lib/transport/node-transport.js';
import type { Credentials } from '../../lib/transport/types.js';
import { until } from '../support/until.js';
import { startSocketServer } from '../support/web-socket-server.js';

/** Specs before this one may have loaded what the module loads at first use. */
const unused = '../../lib/transport/node-transport.js?unused';
const credentials = { ca: '', cert: '', key: '' };

describe('nodeTransport', () => {
  it('dials nothing where it is unsubscribed while it loads what it dials with', async () => {
    let dialled = 0;
    const server = createServer(() => dialled++).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { nodeTransport } = (await import(unused)) as typeof module;
    const { openSocket, discover, idle$ } = nodeTransport();
    openSocket({ url: `ws://${at}/`, token: '', credentials })
      .subscribe()
      .unsubscribe();
    discover({ url: `http://${at}/`, body: '', credentials })
      .subscribe()
      .unsubscribe();
    await Promise.all([import('../../lib/transport/open-socket.js'), import('../../lib/transport/discover.js')]);
    await turn();
    await firstValueFrom(idle$, { defaultValue: undefined });
    const closed = once(server, 'close');
    server.close();
    await closed;
    expect(dialled).to.equal(0);
  });

  it('makes one secure context for each credentials, and shows renewed ones on both requests, in sessions of their own', async () => {
    await using server = await startSocketServer();
    const { authority } = server.tls;
    const shown: string[] = [];
    const note = ({ socket }: IncomingMessage) => {
      if (!(socket instanceof TLSSocket)) throw new Error('not over TLS');
      shown.push(`${socket.getPeerCertificate().serialNumber} ${String(socket.isSessionReused())}`);
    };
    server.tls.server.on('upgrade', note).on('request', (request: IncomingMessage, response: ServerResponse) => {
      note(request);
      response.end('answer');
    });
    const made = spy(tls, 'createSecureContext');
    syncBuiltinESMExports();
    try {
      const { discover, openSocket } = transportOfNode();
      const connect = async (credentials: Credentials) => {
        await until(discover({ url: server.tls.origin, body: '', credentials }));
        await until(openSocket({ ...server.request, credentials }));
      };
      const [one, other] = [
        await authority.issue({ commonName: 'unit-1' }),
        await authority.issue({ commonName: 'unit-1' }),
      ];
      for (const { cert, key } of [one, one, other, other]) await connect({ ca: authority.ca, cert, key });
      const expected = [one, other].flatMap(({ serial }) => Array<string>(4).fill(`${serial} false`));
      expect(shown).to.deep.equal(expected);
      expect(made.callCount).to.equal(2);
    } finally {
      made.restore();
      syncBuiltinESMExports();
    }
  });
});
