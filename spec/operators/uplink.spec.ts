import { expect } from 'chai';
import { Uplink } from '../../lib/operators/uplink.js';

describe('Uplink', () => {
  const kibibyte = 1024;
  const begin = () => {
    const socket = { bufferedAmount: 0 };
    const uplink = new Uplink();
    uplink.open(socket);
    return { uplink, socket };
  };

  it('allows 16 KiB for nothing, and 64 kbit/s for what is beyond', () => {
    const { uplink } = begin();
    uplink.write(16 * kibibyte);
    expect(uplink.timeFor(uplink.end)).to.equal(0);
    uplink.write(8000);
    expect(uplink.timeFor(uplink.end)).to.equal(1000);
    expect(uplink.timeFor(16 * kibibyte)).to.equal(0);
  });

  it('counts from what the other side has read, which never gets less', () => {
    const { uplink } = begin();
    uplink.write(100 * kibibyte);
    uplink.read(84 * kibibyte);
    expect(uplink.timeFor(uplink.end)).to.equal(0);
    uplink.read(10);
    uplink.write(8000);
    expect(uplink.timeFor(uplink.end)).to.equal(1000);
  });

  it('knows what the network has taken', () => {
    const { uplink, socket } = begin();
    expect([uplink.isEmpty, uplink.hasLeft(0)]).to.deep.equal([true, true]);
    uplink.write(1000);
    socket.bufferedAmount = 400;
    expect([uplink.isEmpty, uplink.hasLeft(600), uplink.hasLeft(601)]).to.deep.equal([false, true, false]);
    socket.bufferedAmount = 0;
    expect([uplink.isEmpty, uplink.hasLeft(1000)]).to.deep.equal([true, true]);
  });

  it('has moved while bytes leave and some are left', () => {
    const { uplink, socket } = begin();
    uplink.write(1000);
    socket.bufferedAmount = 1000;
    expect(uplink.hasMoved()).to.equal(false);
    socket.bufferedAmount = 600;
    expect([uplink.hasMoved(), uplink.hasMoved()]).to.deep.equal([true, false]);
    socket.bufferedAmount = 0;
    expect(uplink.hasMoved()).to.equal(false);
  });

  it('takes no credit for what had left before the messages that are written now', () => {
    const { uplink, socket } = begin();
    uplink.write(1000);
    uplink.begin(); // all of it has left
    uplink.write(500);
    socket.bufferedAmount = 500;
    expect(uplink.hasMoved()).to.equal(false);
    socket.bufferedAmount = 499;
    uplink.begin(); // some of it is left
    expect(uplink.hasMoved()).to.equal(true);
  });

  it('begins anew with another socket, and without one has written nothing that is left', () => {
    const { uplink } = begin();
    uplink.write(100 * kibibyte);
    uplink.read(50 * kibibyte);
    uplink.open({ bufferedAmount: 0 });
    expect([uplink.end, uplink.timeFor(16 * kibibyte + 8)]).to.deep.equal([0, 1]);
    uplink.open(undefined);
    uplink.write(10);
    expect(uplink.isEmpty).to.equal(true);
  });
});
