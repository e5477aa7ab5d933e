import { defer, EMPTY, from, timer, type Observable } from 'rxjs';
import type { CloudActions, CloudStep } from './scenario.js';
import { cloudActionSchemas } from './scenario-schema.js';
import type { World } from './world.js';

/** Takes steps of the cloud; `newTxn` gives the txn of the message of this name. */
export const cloudSteps = (
  { cloud, scheduler, urlOf }: Pick<World, 'cloud' | 'scheduler' | 'urlOf'>,
  newTxn: (name: string) => string,
  onFailure: (error: unknown) => void,
): ((step: CloudStep) => Observable<unknown>) => {
  /** Durations go by the scheduler of the world rather than by the timers of the cloud. */
  const lasting = (begin: () => unknown, end: () => unknown, duration: number | true): unknown => {
    if (duration !== true) timer(duration, scheduler).subscribe({ next: end, error: onFailure });
    return begin();
  };
  const resume = () => {
    cloud.resume();
  };
  const restore = () => {
    cloud.restore().catch(onFailure);
  };

  const actions: { readonly [Name in keyof CloudActions]: (value: CloudActions[Name], step: CloudStep) => unknown } = {
    failDiscovery: (options) => {
      cloud.failDiscovery(withHeaders(options));
    },
    answerDiscovery: ({ endpoints, ...options }) => {
      cloud.answerDiscovery({ ...options, ...(endpoints && { connectionInfo: endpoints.map(urlOf) }) });
    },
    redirectDiscovery: (options) => {
      cloud.redirectDiscovery(options);
    },
    delayDiscoveries: (delay) => {
      cloud.delayDiscoveries(delay);
    },
    refuseUpgrades: (options) => {
      cloud.refuseUpgrades(withHeaders(options));
    },
    expireToken: () => {
      cloud.expireToken();
    },
    acceptThenClose: ({ times, code }) => {
      cloud.acceptThenClose(times, code);
    },
    nack: (options) => {
      cloud.nack(options);
    },
    dropAcks: (times) => {
      cloud.dropAcks(times);
    },
    clearFaults: () => {
      cloud.clearFaults();
    },
    closeSessions: (code) => {
      cloud.closeSessions(code);
    },
    resetSessions: () => {
      cloud.resetSessions();
    },
    dropSessions: () => {
      cloud.dropSessions();
    },
    silence: (duration) => {
      const begin = () => {
        cloud.silence();
      };
      return lasting(begin, resume, duration);
    },
    stopReading: (duration) => {
      const begin = () => {
        cloud.stopReading();
      };
      return lasting(begin, resume, duration);
    },
    resume,
    outage: (duration) => lasting(() => cloud.outage(), restore, duration),
    restore: () => cloud.restore(),
    restart: (duration) => {
      cloud.expireToken();
      return lasting(() => cloud.outage(), restore, duration);
    },
    send: (data, { as = data.messageType }) => {
      cloud.send(data, { txn: newTxn(as) });
    },
    sendFrame: (text) => {
      cloud.sendFrame(text);
    },
    ping: (count) => {
      cloud.ping(count);
    },
    renewCertificates: (options) => {
      // Over only when the unit has confirmed, which other steps may be about.
      cloud.renewCertificates(options).catch(onFailure);
    },
  };

  return (step) =>
    defer(() => {
      const name = actionOf(step);
      // The table pairs each name with its value.
      const act = actions[name] as (value: unknown, step: CloudStep) => unknown;
      const done = act(step[name], step);
      return done instanceof Promise ? from(done) : EMPTY;
    });
};

/** The one action of a step. */
export const actionOf = (step: CloudStep): keyof CloudActions =>
  Object.keys(step).find((key): key is keyof CloudActions => key in cloudActionSchemas) ?? 'clearFaults';

const withHeaders = <Options extends { readonly retryAfter?: number }>({ retryAfter, ...options }: Options) => ({
  ...options,
  ...(retryAfter !== undefined && { headers: { 'Retry-After': String(Math.ceil(retryAfter / 1000)) } }),
});
