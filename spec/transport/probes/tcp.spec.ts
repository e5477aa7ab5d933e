import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { probeTcp } from '../../../lib/transport/probes/tcp.js';

describe('probeTcp', () => {
  it('connects, sends nothing, and leaves', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const came = once(server, 'connection').then(async ([socket]) => {
      const received: Buffer[] = [];
      (socket as Socket).on('data', (bytes: Buffer) => received.push(bytes));
      await once(socket as Socket, 'close');
      return Buffer.concat(received);
    });
    const { port } = server.address() as AddressInfo;
    expect(await lastValueFrom(probeTcp('127.0.0.1', port), { defaultValue: 'nothing' })).to.equal('connected');
    expect(await came).to.have.lengthOf(0);
    server.close();
  });

  it('fails with the error of the system', async () => {
    const refused = lastValueFrom(probeTcp('127.0.0.1', 1), { defaultValue: 'nothing' });
    const error: unknown = await refused.catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'ECONNREFUSED');
  });
});
