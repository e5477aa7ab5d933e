import { expect } from 'chai';
import { of } from 'rxjs';
import { fake } from 'sinon';
import { loggedTransport } from '../../lib/observability/logged-transport.js';
import type { Socket } from '../../lib/transport/types.js';
import { stubSocket } from '../support/stub-transport.js';

describe('loggedTransport', () => {
  const request = { url: 'wss://cloud.example/', token: '', credentials: { ca: '', cert: '', key: '' } };
  const logged = (socket: Socket): Socket => {
    let opened: Socket | undefined;
    loggedTransport(
      { discover: () => of(''), openSocket: () => of(socket), idle$: of(true) },
      { write: () => undefined },
      () => undefined,
    )
      .openSocket(request)
      .subscribe({ next: (given) => (opened = given), error: () => (opened = undefined) });
    if (opened === undefined) throw new Error('no socket came');
    return opened;
  };

  it('lets a socket be paused and resumed where it can be', () => {
    const [pause, resume] = [fake(), fake()];
    const socket = logged(stubSocket({ pause, resume }));
    socket.pause?.();
    socket.resume?.();
    expect([pause.callCount, resume.callCount]).to.deep.equal([1, 1]);
    expect(logged(stubSocket())).to.not.have.any.keys('pause', 'resume');
  });
});
