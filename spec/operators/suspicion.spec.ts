import { expect } from 'chai';
import { ConnectionClosedError, ConnectionLostError, UndeliverableError } from '../../lib/errors.js';
import { Suspicion, type Suspectable } from '../../lib/operators/suspicion.js';

describe('Suspicion', () => {
  const url = 'wss://cloud.example/ws/v7/';
  const reset = new ConnectionLostError(url, 1006);
  const tooBig = new ConnectionClosedError(url, 1009, '');
  const message = (txn: string, size = 100): Suspectable => ({ txn, size, transmissions: 3 });
  /** A link ends so many milliseconds after these messages were written; returns what it convicts. */
  const end = (suspicion: Suspicion, among: readonly Suspectable[], since = 100, cause: unknown = reset) => {
    const convicted = among.flatMap(
      (lost) => suspicion.judge({ kind: 'lost', message: lost, since, among }, cause) ?? [],
    );
    suspicion.endLink(cause);
    return convicted;
  };
  /** A message that links ended on twice, and once more when it was alone. */
  const culprit = (suspicion: Suspicion, txn = 'm') => {
    const sent = message(txn);
    for (let ends = 0; ends < 2; ends++) end(suspicion, [sent]);
    suspicion.sendAlone(sent, 1500, 20);
    end(suspicion, [sent]);
    return sent;
  };
  const convict = (suspicion: Suspicion, txn: string) => {
    const sent = culprit(suspicion, txn);
    suspicion.sendAlone(sent, 4000, 20);
    return end(suspicion, [sent]);
  };

  it('suspects what was in flight at two ends in a row', () => {
    const suspicion = new Suspicion(5000);
    const [m, n] = [message('m'), message('n')];
    end(suspicion, [m]);
    expect([suspicion.isActive, suspicion.isSuspect(m)]).to.deep.equal([true, false]);
    end(suspicion, [m, n]);
    expect([suspicion.isSuspect(m), suspicion.isSuspect(n), suspicion.isSuspect(undefined)]).to.deep.equal([
      ...[true, false, false],
    ]);
  });

  it('suspects nothing at an end that the unit or the network explains', () => {
    const suspicion = new Suspicion(5000);
    for (const cause of [undefined, new ConnectionLostError(url, 'ETIMEDOUT'), new ConnectionLostError(url, 1002)])
      expect(suspicion.judge({ kind: 'lost', message: message('m'), since: 100 }, cause)).to.equal(undefined);
    expect(suspicion.isActive).to.equal(false);
  });

  it('clears what a link has survived for long enough', () => {
    const suspicion = new Suspicion(5000);
    const m = message('m');
    end(suspicion, [m], 5000);
    expect(suspicion.isActive).to.equal(true);
    end(suspicion, [m], 5001);
    expect(suspicion.isActive).to.equal(false);
  });

  it('clears all once a link ends without any of them', () => {
    const suspicion = new Suspicion(5000);
    end(suspicion, [message('m')]);
    end(suspicion, []);
    expect(suspicion.isActive).to.equal(false);
  });

  it('drops a message after four ends, of which two came while it was alone', () => {
    const suspicion = new Suspicion(5000);
    const m = culprit(suspicion);
    expect([suspicion.hasCulprit, suspicion.isCulprit(m)]).to.deep.equal([true, true]);
    suspicion.sendAlone(m, 4000, 20);
    const [error] = end(suspicion, [m]);
    expect(error).to.be.instanceOf(UndeliverableError);
    expect(error).to.include({ txn: 'm', attempt: 3, cause: reset });
    expect(suspicion.isActive).to.equal(false);
  });

  it('takes an end for proof only if the link had lasted ten times as long without the message', () => {
    for (const [control, convictions] of [
      [999, 0],
      [1000, 1],
    ] as const) {
      const suspicion = new Suspicion(5000);
      const m = message('m');
      const convicted = [1, 2, 3, 4].map((ends) => {
        if (ends > 2) suspicion.sendAlone(m, control, 20);
        return end(suspicion, [m]);
      });
      expect(convicted.flat()).to.have.length(convictions);
    }
  });

  it('lets a link last longer before a suspect is sent, by how long it lasted with it', () => {
    const suspicion = new Suspicion(5000);
    const [m, n] = [message('m'), message('n')];
    expect(suspicion.controlFor(m)).to.equal(1500);
    end(suspicion, [m], 100);
    expect(suspicion.controlFor(m)).to.equal(2000);
    end(suspicion, [m], 4000);
    expect(suspicion.controlFor(m)).to.equal(12_000);
    suspicion.sendAlone(m, 12_000);
    end(suspicion, [m, n], 30);
    expect(suspicion.isCulprit(m)).to.equal(false); // it was not alone
    suspicion.sendAlone(m, 12_000);
    end(suspicion, [m], 30);
    expect([suspicion.controlFor(m), suspicion.controlFor(n)]).to.deep.equal([60_000, 300]);
  });

  it('doubles the wait for a culprit with each message that was dropped, until one is acknowledged', () => {
    const suspicion = new Suspicion(5000);
    expect(convict(suspicion, 'a')).to.have.length(1);
    expect(suspicion.controlFor(culprit(suspicion, 'b'))).to.equal(2 * 4000);
    const another = new Suspicion(5000);
    for (const txn of ['a', 'b']) convict(another, txn);
    const last = culprit(another, 'c');
    expect(another.controlFor(last)).to.equal(4 * 4000);
    another.survive(message('d'), false);
    expect(another.controlFor(last)).to.equal(4 * 4000);
    another.survive(message('d'), true);
    expect(another.controlFor(last)).to.equal(4000);
  });

  it('drops the largest message at once where the cloud finds one too big', () => {
    const judge = (sizes: readonly number[], unacked?: number) => {
      const suspicion = new Suspicion(5000);
      if (unacked !== undefined) suspicion.sendOnce({ size: unacked });
      const among = sizes.map((size, index) => message(`m-${index}`, size));
      return end(suspicion, among, 100, tooBig).map(({ txn }) => txn);
    };
    expect(judge([100, 300, 200])).to.deep.equal(['m-1']);
    expect(judge([300, 300])).to.deep.equal(['m-0']);
    expect(judge([300], 300)).to.deep.equal(['m-0']);
    expect(judge([300], 301)).to.deep.equal([]);
  });

  it('forgets what was sent once, and who was alone, with the link', () => {
    const suspicion = new Suspicion(5000);
    const m = message('m', 300);
    suspicion.sendOnce({ size: 301 });
    suspicion.sendAlone(m, 1500);
    expect(suspicion.isAlone(m)).to.equal(true);
    suspicion.endLink(undefined);
    expect(suspicion.isAlone(m)).to.equal(false);
    expect(end(suspicion, [m], 100, tooBig)).to.have.length(1);
  });
});
