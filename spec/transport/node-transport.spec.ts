import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import type * as module from '../../lib/transport/node-transport.js';

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
});
