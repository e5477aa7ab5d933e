import { expect } from 'chai';
import { asyncScheduler, map } from 'rxjs';
import { InvalidMessageError } from '../../lib/errors.js';
import type { CloudData, UnitData } from '../../lib/protocol/envelope.js';
import type { Alert, DesiredStatusData } from '../../lib/protocol/messages.js';
import { cloudMessage } from '../../lib/testing/virtual/cloud.js';
import { virtualUnit } from '../../lib/testing/virtual/unit.js';
import { marbles } from '../support/marbles.js';
import { cloudData } from '../support/wire-examples.js';

const timestamp = '2026-03-02T08:15:30.000000Z';
const node = { codename: 'gw-main' };

/** The compiler holds these specs: it fails where a line that expects an error has none. */
describe('the types of the messages', () => {
  marbles('let send take what a unit sends, and nothing else', ({ expectObservable }) => {
    const { unit, received$ } = virtualUnit(asyncScheduler);
    const refused = [
      // @ts-expect-error a type that the cloud sends
      () => unit.send({ messageType: 'desiredStatus', items: [] }),
      // @ts-expect-error a type that nobody sends
      () => unit.send({ messageType: 'status' }),
      // @ts-expect-error an unknown member
      () => unit.send({ messageType: 'alerts', items: [], urgent: true }),
      // @ts-expect-error an unknown member deep inside
      () => unit.send({ messageType: 'monitoringData', nodes: [{ node, items: [], load: 1 }] }),
      // @ts-expect-error a missing member
      () => unit.send({ messageType: 'alerts' }),
      // @ts-expect-error a text for a number
      () => unit.send({ messageType: 'monitoringData', nodes: [{ node, items: [{ timestamp, ram: '1' }] }] }),
      () =>
        unit.send({
          messageType: 'alerts',
          // @ts-expect-error what belongs to another kind of alert
          items: [{ timestamp, tag: 'coreAlert', node, coreComponent: 'CM', message: 'm', deviceId: 'd' }],
        }),
      () =>
        unit.send({
          messageType: 'alerts',
          // @ts-expect-error a kind of alert that nobody knows
          items: [{ timestamp, tag: 'fireAlert', node, message: 'm' }],
        }),
      // @ts-expect-error an enum value that nobody knows
      () => unit.send({ messageType: 'pushLog', node, part: 1, partsCount: 1, content: '', status: 'failed' }),
    ];
    for (const send of refused) expect(send).to.throw(InvalidMessageError);
    unit.send({ messageType: 'alerts', items: [{ timestamp, tag: 'systemAlert', node, message: 'm' }] });

    expectObservable(received$.pipe(map(({ data }) => data.messageType))).toBe('a', { a: 'alerts' });
  });

  marbles('give on and handle the data of their type', ({ cold, expectObservable, flush }) => {
    const frame$ = cold('-d', { d: cloudMessage({ ...cloudData('desiredStatus') }) });
    const { unit } = virtualUnit(asyncScheduler, { frame$ });
    const seen: unknown[] = [];
    unit.handle('desiredStatus', ({ data }) => {
      const priority: number | undefined = data.instances?.[0]?.priority;
      // @ts-expect-error belongs to another message
      const unknown: unknown = data.certificateChain;
      seen.push(data.messageType, priority, unknown);
      return undefined;
    });
    const ids$ = unit.on('desiredStatus').pipe(map(({ data: { items = [] } }): string => items[0]?.item.id ?? ''));
    // @ts-expect-error a type that the unit sends
    const own$ = unit.on('unitStatus');

    expectObservable(own$).toBe('');
    expectObservable(ids$).toBe('-i', { i: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10' });
    flush();
    expect(seen).to.deep.equal(['desiredStatus', 10, undefined]);
  });

  it('tell messages apart by messageType, and alerts by tag', () => {
    const correlated = (data: CloudData): string | undefined =>
      data.messageType === 'requestLog' ? data.logType : data.correlationId;
    const place = (alert: Alert): string => (alert.tag === 'downloadProgressAlert' ? alert.url : alert.timestamp);
    expect(correlated(cloudData('requestLog'))).to.equal('instanceLog');
    expect(place({ timestamp, tag: 'systemAlert', node, message: 'm' })).to.equal(timestamp);
  });

  it('have a value for what is filled in where it is absent', () => {
    const count = ({ instances = [] }: DesiredStatusData): number => instances[0]?.numInstances ?? 0;
    const filled = (instances: DesiredStatusData['instances']): number | undefined => {
      const [first] = instances ?? [];
      const numInstances: number | undefined = first && first.numInstances + first.priority;
      return numInstances;
    };
    expect(count(cloudData('desiredStatus'))).to.equal(2);
    expect(filled(cloudData('desiredStatus').instances)).to.equal(12);
  });

  it('let what is optional be undefined', () => {
    const data: UnitData<'stateRequest'> = {
      messageType: 'stateRequest',
      correlationId: undefined,
      item: { id: 'i', title: undefined },
      subject: {},
      instance: 0,
      default: true,
    };
    expect(data.correlationId).to.equal(undefined);
  });
});
