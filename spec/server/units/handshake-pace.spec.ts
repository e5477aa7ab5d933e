import { expect } from 'chai';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { HandshakePace } from '../../../lib/server/units/handshake-pace.js';

/** A server that notes which connections began their handshake. */
const serverOf = (begun: string[]): Server =>
  createServer()
    .removeAllListeners('connection')
    .on('connection', (socket: Socket) => begun.push((socket as unknown as { readonly name: string }).name));

describe('handshakes of many units that connect at once', () => {
  it('begin one in every eighth turn, of both ports in the order in which they came', async () => {
    const begun: string[] = [];
    const pace = new HandshakePace();
    const [discovery, endpoint] = [pace.apply(serverOf(begun)), pace.apply(serverOf(begun))];
    for (const name of ['1', '2', '3'])
      (name === '2' ? discovery : endpoint).emit('connection', { name, destroyed: false } as never);
    const counts: number[] = [];
    for (let n = 0; n < 19; n++) {
      counts.push(begun.length);
      await turn();
    }
    expect(counts).to.deep.equal([0, ...Array<number>(8).fill(1), ...Array<number>(8).fill(2), 3, 3]);
    expect(begun).to.deep.equal(['1', '2', '3']);
  });

  it('leave as many turns to others where they come one by one, as a listener accepts them', async () => {
    const begun: string[] = [];
    const server = new HandshakePace().apply(serverOf(begun));
    for (let n = 0; n < 32; n++) {
      server.emit('connection', { name: `${n}`, destroyed: false } as never);
      await turn();
    }
    expect(begun).to.deep.equal(['0', '1', '2', '3']);
  });

  it('do not begin where the unit has gone meanwhile', async () => {
    const begun: string[] = [];
    const server = new HandshakePace().apply(serverOf(begun));
    for (const [name, destroyed] of Object.entries({ gone: true, here: false }))
      server.emit('connection', { name, destroyed } as never);
    for (let n = 0; n < 9; n++) await turn();
    expect(begun).to.deep.equal(['here']);
  });

  it('wait in a queue that has a bound: connections beyond it are reset', () => {
    const server = new HandshakePace().apply(serverOf([]));
    let reset = 0;
    const socket = { destroyed: true, resetAndDestroy: () => reset++ } as unknown as Socket;
    for (let n = 0; n < 16_390; n++) server.emit('connection', socket);
    expect(reset).to.equal(6);
  });
});
