import { timer } from 'rxjs';
import type { CloudActionTable, CloudStage } from './cloud-action-table.js';

/** The actions that break links and ports, and repair them. */
export type LinkAction =
  | 'closeSessions'
  | 'resetSessions'
  | 'dropSessions'
  | 'silence'
  | 'stopReading'
  | 'resume'
  | 'outage'
  | 'restore'
  | 'restart';

/** Returns the actions that break links and ports. */
export const linkActions = ({ world, onFailure }: CloudStage): CloudActionTable<LinkAction> => {
  const { cloud, scheduler } = world;
  /** Durations follow the scheduler of the world rather than the timers of the cloud. */
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
  const outage = () => cloud.outage();
  return {
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
    outage: (duration) => lasting(outage, restore, duration),
    restore: () => cloud.restore(),
    restart: (duration) => {
      cloud.expireToken();
      return lasting(outage, restore, duration);
    },
  };
};
