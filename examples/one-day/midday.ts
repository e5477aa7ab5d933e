import { filter } from 'rxjs';
import { opened, pace, seconds, type Chapter } from './chapter.js';
import { check, next } from './day.js';
import { alert, monitoringData, unitStatus } from './messages.js';

const isClosed: Chapter = {
  title: '11:00  The cloud closes the connection',
  about: 'A close frame is no failure: the unit reconnects at once, to the endpoint that it knows already.',
  play: async (day) => {
    const { discoveries } = day.cloud.counts;
    const offline = next(day.offline$);
    day.cloud.closeSessions(1001, 'maintenance');
    const time = await offline;
    await day.send(monitoringData()).acknowledged;
    check(day.cloud.counts.discoveries === discoveries, 'it asked discovery again');
    return `back after ${seconds(time)}, without discovery`;
  },
};

const isReset: Chapter = {
  title: '12:00  The connection breaks while an ack is on its way',
  about: 'What was not acked is resent on the next connection, at once and first; it does not wait for its timeout.',
  play: async ({ cloud, send, offline$ }) => {
    const offline = next(offline$);
    const unanswered = next(cloud.event$.pipe(filter(({ kind }) => kind === 'answered')));
    cloud.dropAcks();
    const { acknowledged } = send(alert('the lid is open'));
    await unanswered;
    cloud.resetSessions();
    const { attempt } = await acknowledged;
    check(attempt === 2, `it took ${attempt} transmissions instead of 2`);
    const time = await offline;
    check(time < pace.ackTimeout, `the unit was offline for ${seconds(time)}`);
    return `back after ${seconds(time)}, and delivered`;
  },
};

const isUnauthorized: Chapter = {
  title: '13:00  The token expires',
  about: 'The next upgrade is refused with 401: the unit forgets what it discovered and asks again, at once and once.',
  play: async (day) => {
    const { discoveries, refused } = day.cloud.counts;
    const offline = next(day.offline$);
    day.cloud.expireToken();
    day.cloud.closeSessions();
    const time = await offline;
    await day.send(unitStatus()).acknowledged;
    check(day.cloud.counts.refused === refused + 1, 'no upgrade was refused');
    check(day.cloud.counts.discoveries === discoveries + 1, 'it did not ask discovery exactly once');
    return `one 401, one discovery, back after ${seconds(time)}`;
  },
};

const goesSilent: Chapter = {
  title: '15:00  The link goes silent',
  about: `Nothing is closed, and nothing comes any more. The unit has learned that the cloud pings every ${pace.pingInterval} ms: after 2.5 such intervals of silence it sends a ping, and after ${pace.pongTimeout} ms without an answer (5 s by default) it abandons the link.`,
  play: async (day) => {
    const { cloud, state$, send, tell } = day;
    const suspicion = next(state$.pipe(filter((state) => state.state === 'waiting')));
    const back = opened(day);
    tell({ side: 'cloud', text: 'falls silent and closes nothing', isTrouble: true });
    cloud.silence();
    const { acknowledged } = send(alert('is there a cloud?'));
    const { cause } = await suspicion;
    check(cause instanceof Error && cause.name === 'DeadLinkError', `the link was lost otherwise: ${String(cause)}`);
    const { session } = await back;
    await acknowledged;
    const over = next(cloud.event$.pipe(filter((event) => event.kind === 'closed' && event.session < session)));
    tell({ side: 'cloud', text: 'resumes and reads what waited in its old socket' });
    cloud.resume();
    await over;
    return 'the dead link was found and replaced, and the message that waited on it was delivered';
  },
};

/** The connection ends in four ways. */
export const midday: readonly Chapter[] = [isClosed, isReset, isUnauthorized, goesSilent];
