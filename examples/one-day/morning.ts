import { bufferCount, filter, map } from 'rxjs';
import type { Delivery } from 'unitlink';
import { opened, pace, seconds, type Chapter } from './chapter.js';
import { check, next } from './day.js';
import { alert, monitoringData, unitStatus } from './messages.js';

const nackedFor = 2000;

const starts: Chapter = {
  title: '06:00  The unit starts',
  about: 'Its certificate says where service discovery is; discovery says where the cloud is, and returns a token.',
  play: async (day) => {
    const session = opened(day);
    day.unit.start();
    const { commonName } = await session;
    await next(day.unit.state$.pipe(filter(({ state }) => state === 'connected')));
    check(day.cloud.counts.discoveries === 1, 'it took more than one discovery to connect');
    return `connected as ${commonName} over mutual TLS, after one discovery`;
  },
};

const reports: Chapter = {
  title: '07:00  The morning report',
  about: 'Each message is acked by the cloud.',
  play: async ({ send }) => {
    const deliveries = [unitStatus(), monitoringData(), alert('the fan is loud')].map(send);
    const reports = await Promise.all(deliveries.map(({ acknowledged }) => acknowledged));
    const attempts = reports.map(({ attempt }) => attempt);
    check(
      attempts.every((attempt) => attempt === 1),
      'a message went out more than once',
    );
    return 'three messages delivered, each transmitted once';
  },
};

const isAsked: Chapter = {
  title: '08:00  The cloud has a request',
  about: 'Its message comes twice, as at-least-once delivery may. Both are acked, and the app handles one.',
  play: async ({ cloud, unit, send, tell }) => {
    const answers: Delivery[] = [];
    unit.handle('desiredStatus', ({ data }) => {
      tell({ side: 'unit', text: `handles ${data.messageType}` });
      answers.push(send(unitStatus()));
      return undefined;
    });
    const txn = crypto.randomUUID();
    const acks = next(
      cloud.ack$.pipe(
        filter((acked) => acked === txn),
        bufferCount(2),
      ),
    );
    for (const what of ['desiredStatus', 'the same desiredStatus again']) {
      tell({ side: 'cloud', text: `sends ${what}` });
      cloud.send({ messageType: 'desiredStatus', nodes: [] }, { txn });
    }
    await acks;
    await Promise.all(answers.map(({ acknowledged }) => acknowledged));
    check(answers.length === 1, `the message was handled ${answers.length} times`);
    return 'acked twice, handled once';
  },
};

const losesAnAck: Chapter = {
  title: '09:00  An ack gets lost',
  about: `Without an ack in time the message is resent, three times at most. (In this demo the ack timeout is ${pace.ackTimeout / 1000} s; the default is 10 s.)`,
  play: async ({ cloud, send }) => {
    const transmissions = next(cloud.message$.pipe(bufferCount(2)));
    cloud.dropAcks();
    const { attempt } = await send(monitoringData()).acknowledged;
    check(attempt === 2, `it took ${attempt} transmissions instead of 2`);
    const [first, second] = await transmissions;
    check(first?.header.txn === second?.header.txn, 'the second transmission had another txn');
    return 'the second transmission was acked, and carried the same txn';
  },
};

const isPutOff: Chapter = {
  title: '10:00  The cloud is busy',
  about: `It answers with a nack that says: not before ${nackedFor / 1000} s from now.`,
  play: async ({ cloud, send }) => {
    cloud.nack({ retryAfter: nackedFor });
    const transmissions = next(
      cloud.event$.pipe(
        filter(({ kind }) => kind === 'message'),
        map(({ at }) => at),
        bufferCount(2),
      ),
    );
    await send(alert('the door is open')).acknowledged;
    const [first = 0, second = 0] = await transmissions;
    // A timer may be a millisecond early by the clock of another.
    check(second - first >= nackedFor - 2, `it came again after ${seconds(second - first)}`);
    return `it came again after ${seconds(second - first)}`;
  },
};

/** The unit connects, and exchanges messages with the cloud. */
export const morning: readonly Chapter[] = [starts, reports, isAsked, losesAnAck, isPutOff];
