import { asyncScheduler, EMPTY, map, NEVER, of } from 'rxjs';
import type { DeliveryReport } from '../../lib/delivery/outgoing-message.js';
import { encode } from '../../lib/protocol/codec.js';
import { acknowledge, type Received } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { marbles } from '../support/marbles.js';
import { answer, credentials, discoveryUrl, stubSocket } from '../support/stub-transport.js';

const numbers = map(({ header }: Received) => header.txn.replace('txn-', ''));
const statuses = map(({ status }: DeliveryReport) => status.charAt(0));
const ackOf = (txn: string) =>
  new TextEncoder().encode(encode({ messageType: 'ack' }, { systemId: 'unit-1', txn, createdAt: 0 }));

describe('the delivery of a unit', () => {
  marbles('begins with the first message and rests once all have been delivered for 1 s', (helpers) => {
    const { cold, hot, expectObservable, expectSubscriptions } = helpers;
    const frame$ = hot('       10ms 1 499ms 2 -', { 1: ackOf('txn-1'), 2: ackOf('txn-2') });
    const activity$ = hot<'bytes'>('-');
    const deadLinkSubs = '     ^ 1999ms !';
    const deliverySubs = '     5ms ^ 1504ms !'; // it listens to what is heard while it waits for acks
    let txn = 0;
    const unit = connectUnit({
      systemId: 'unit-1',
      credentials,
      scheduler: asyncScheduler,
      newId: () => `txn-${++txn}`,
      transport: {
        identify: () => [discoveryUrl('x')],
        discover: () => of(answer()),
        openSocket: () => cold('o', { o: stubSocket({ frame$, activity$ }) }),
        idle$: of(true),
      },
    });
    const sent$ = cold('       5ms 1 499ms (2|)').pipe(
      map(() => {
        unit.send({ messageType: 'alerts', items: [] });
        return 'sent';
      }),
    );
    asyncScheduler.schedule(() => void unit.stop(), 2000);

    expectObservable(sent$).toBe('5ms s 499ms (s|)', { s: 'sent' });
    expectSubscriptions(activity$.subscriptions).toBe([deadLinkSubs, deliverySubs]);
  });

  marbles('goes on after a rest as before', ({ cold, expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { answer: acknowledge(3) });
    const sent$ = cold('s 5s s 5s s');

    expectObservable(received$.pipe(numbers)).toBe('1 5s 2 5s 3');
    expectObservable(sent$.pipe(map(() => unit.send({ messageType: 'alerts', items: [] }).txn))).toBe('1 5s 2 5s 3', {
      1: 'txn-1',
      2: 'txn-2',
      3: 'txn-3',
    });
  });

  marbles('does not rest while a message waits for a connection, and lets it expire', ({ expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler, { link$: NEVER, answer: () => EMPTY });
    const { status$ } = unit.send({ messageType: 'alerts', items: [] }, { ttl: 5000 });

    expectObservable(status$.pipe(statuses)).toBe('q 4999ms (d|)');
    expectObservable(received$).toBe('');
  });
});
