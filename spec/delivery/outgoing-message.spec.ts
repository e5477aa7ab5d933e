import { expect } from 'chai';
import { fake } from 'sinon';
import { AckTimeoutError } from '../../lib/errors.js';
import { OutgoingMessage, type DeliveryReport } from '../../lib/delivery/outgoing-message.js';

const message = (expectAck = true) => new OutgoingMessage('t-1', 'alerts', 0, '{}', 2, expectAck);
const watch = (delivery: OutgoingMessage) => {
  const seen: string[] = [];
  delivery.status$.subscribe({
    next: ({ status, attempt }) => seen.push(`${status} ${attempt}`),
    error: () => seen.push('error'),
    complete: () => seen.push('end'),
  });
  return seen;
};
const rejection = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);

describe('OutgoingMessage', () => {
  it('tells each step as it comes, with the number of transmissions, and ends with its fate', () => {
    const delivery = message();
    const seen = watch(delivery);
    for (const status of ['sent', 'requeued', 'sent', 'acknowledged'] as const) {
      if (status === 'sent') delivery.transmissions++;
      delivery.record(status);
    }
    expect(seen).to.deep.equal(['queued 0', 'sent 1', 'requeued 1', 'sent 2', 'acknowledged 2', 'end']);
  });

  it('replays the latest step to a late subscriber, and the end to one who comes after it', () => {
    const delivery = message();
    delivery.record('sent');
    expect(watch(delivery)).to.deep.equal(['sent 0']);
    delivery.record('acknowledged');
    expect(watch(delivery)).to.deep.equal(['acknowledged 0', 'end']);
    expect(watch(delivery)).to.deep.equal(['acknowledged 0', 'end']);
  });

  it('gives txn, type and cause with each step, and no cause where there is none', () => {
    const delivery = message();
    const next = fake();
    const cause = new Error('lost');
    delivery.status$.subscribe({ next, error: next });
    delivery.record('requeued', cause);
    expect(next.args.flat()).to.deep.equal([
      { txn: 't-1', messageType: 'alerts', status: 'queued', attempt: 0 },
      { txn: 't-1', messageType: 'alerts', status: 'requeued', attempt: 0, cause },
    ]);
  });

  it('is settled by an ack and by being dropped, and by the write only where no ack is expected', () => {
    expect(message().record('sent')).to.equal(false);
    expect(message().record('requeued')).to.equal(false);
    expect(message().record('acknowledged')).to.equal(true);
    expect(message().record('dropped')).to.equal(true);
    const sendOnly = message(false);
    expect(sendOnly.record('sent')).to.equal(true);
    expect(sendOnly.settled).to.equal(true);
    expect(watch(sendOnly)).to.deep.equal(['sent 0', 'end']);
  });

  it('resolves acknowledged with the last report', async () => {
    const delivery = message();
    const { acknowledged } = delivery;
    delivery.record('sent');
    delivery.record('acknowledged');
    expect((await acknowledged).status).to.equal('acknowledged');
    expect((await delivery.acknowledged).status).to.equal('acknowledged');
  });

  it('resolves acknowledged with the write where no ack is expected', async () => {
    const delivery = message(false);
    const { acknowledged } = delivery;
    delivery.record('sent');
    expect((await acknowledged).status).to.equal('sent');
  });

  it('rejects acknowledged with the cause of the drop, asked before or after', async () => {
    const delivery = message();
    const cause = new AckTimeoutError('t-1', 4, 10_000);
    const before = rejection(delivery.acknowledged);
    delivery.record('dropped', cause);
    expect(await before).to.equal(cause);
    expect(await rejection(delivery.acknowledged)).to.equal(cause);
  });

  it('makes no promise that nobody asked for, so that a dropped message rejects nothing', async () => {
    const unhandled = fake();
    process.on('unhandledRejection', unhandled);
    const delivery = message();
    watch(delivery);
    delivery.record('dropped', new Error('dropped'));
    await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    expect(unhandled.callCount).to.equal(0);
  });

  it('has its text as frame, or what is made of it', () => {
    expect(message().frame).to.equal('{}');
    const write = (body: string, txn: string, since: number) => [body, txn, since].join(' ');
    const extras = { lane: 0, since: 7, withdraw: () => false, write };
    expect(new OutgoingMessage('t-1', 'alerts', 0, '{}', 2, true, extras).frame).to.equal('{} t-1 7');
  });

  it('tells two subscribers the same', () => {
    const delivery = message();
    const reports: DeliveryReport[] = [];
    const seen = watch(delivery);
    delivery.status$.subscribe({ next: (report) => reports.push(report), error: () => undefined });
    delivery.record('sent');
    expect(seen).to.have.length(reports.length);
  });

  it('tells one who comes and goes no more, and the others still', () => {
    const delivery = message();
    const gone: string[] = [];
    const first = delivery.status$.subscribe(({ status }) => gone.push(status));
    first.unsubscribe();
    const [one, other] = [watch(delivery), watch(delivery)];
    delivery.status$.subscribe(({ status }) => gone.push(status)).unsubscribe();
    delivery.record('acknowledged');
    expect(gone).to.deep.equal(['queued', 'queued']);
    expect([one, other]).to.deep.equal([
      ['queued 0', 'acknowledged 0', 'end'],
      ['queued 0', 'acknowledged 0', 'end'],
    ]);
  });

  it('tells a subscriber also the step that it takes itself', () => {
    const delivery = message();
    const seen: string[] = [];
    delivery.status$.subscribe({
      next: ({ status }) => {
        seen.push(status);
        if (status === 'queued') delivery.record('dropped', new Error('taken back'));
      },
      complete: () => seen.push('end'),
    });
    expect(seen).to.deep.equal(['queued', 'dropped', 'end']);
  });

  it('tells one who comes during a step that step once', () => {
    const delivery = message();
    let late: string[] = [];
    delivery.status$.subscribe(({ status }) => {
      if (status === 'sent') late = watch(delivery);
    });
    delivery.record('sent');
    expect(late).to.deep.equal(['sent 0']);
  });

  it('resolves acknowledged beside subscribers, always the same promise', async () => {
    const delivery = message();
    const seen = watch(delivery);
    const { acknowledged } = delivery;
    expect(delivery.acknowledged).to.equal(acknowledged);
    delivery.record('acknowledged');
    expect(delivery.acknowledged).to.equal(acknowledged);
    expect((await acknowledged).status).to.equal('acknowledged');
    expect(seen).to.deep.equal(['queued 0', 'acknowledged 0', 'end']);
  });
});
