import { CloudError } from './error.js';
import type { Listener } from '../../server/listener.js';
import type { CloudRecord } from './record.js';
import type { Session } from '../../server/units/session.js';

/** Faults of the open links. */
export interface CloudBreaks {
  /** Every session gets a close frame. Default: code 1001, no reason. */
  closeSessions(code?: number, reason?: string): void;
  /** Every session ends with a TCP reset. */
  resetSessions(): void;
  /** Every session ends with a TCP FIN and no close frame, as when the process behind it dies. */
  dropSessions(): void;
  /**
   * The links of the sessions there are stay up, but nothing is read, answered, sent or pinged on them for `duration`
   * milliseconds, or until `resume()`. New sessions work.
   */
  silence(duration?: number): void;
  /**
   * The sessions there are read and answer nothing for `duration` milliseconds, or until `resume()`, but ping on. What
   * the unit sends piles up, first in the buffers of the network and then in its own.
   */
  stopReading(duration?: number): void;
  /** Ends a silence, and reads again; what came in meanwhile is read now. */
  resume(): void;
  /**
   * Both ports refuse connections and every connection is reset, for `duration` milliseconds or until `restore()`.
   * Settles once nothing listens.
   */
  outage(duration?: number): Promise<void>;
  /** Ends an outage: settles once both ports listen again, rejects when one was taken meanwhile. */
  restore(): Promise<void>;
}

interface EndableBreaks {
  readonly breaks: CloudBreaks;
  /** Nothing is to come back by itself any more, nor by `restore()`. */
  readonly end: () => void;
}

interface Timer {
  start(duration: number | undefined, act: () => void): void;
  cancel(): void;
}

const createTimer = (): Timer => {
  let timer: NodeJS.Timeout | undefined;
  return {
    start: (duration, act) => {
      clearTimeout(timer);
      if (duration !== undefined) timer = setTimeout(act, duration);
    },
    cancel: () => {
      clearTimeout(timer);
    },
  };
};

/** Breaks links and ports; `end` makes sure that none of it outlives the cloud. */
export const cloudBreaks = (
  sessions: ReadonlySet<Session>,
  listeners: readonly Listener[],
  record: CloudRecord,
): EndableBreaks => {
  const silenceTimer = createTimer();
  const outageTimer = createTimer();
  let ended = false;

  const resume = (): void => {
    silenceTimer.cancel();
    for (const session of sessions) session.resume();
  };

  const restore = async (): Promise<void> => {
    if (ended) throw new CloudError('the cloud was stopped, start a new one');
    outageTimer.cancel();
    await Promise.all(listeners.map((listener) => listener.open()));
    record.add({ kind: 'restored' });
  };

  const silence = (duration?: number): void => {
    for (const session of sessions) session.silence();
    silenceTimer.start(duration, resume);
  };

  const stopReading = (duration?: number): void => {
    for (const session of sessions) session.stopReading();
    silenceTimer.start(duration, resume);
  };

  const outage = async (duration?: number): Promise<void> => {
    if (ended) return;
    outageTimer.start(duration, () => {
      restore().catch((error: unknown) => {
        record.add({ kind: 'restoreFailed', reason: String(error) });
      });
    });
    await Promise.all(listeners.map((listener) => listener.shut()));
    record.add({ kind: 'outage' });
  };

  const end = (): void => {
    ended = true;
    silenceTimer.cancel();
    outageTimer.cancel();
  };

  const breaks: CloudBreaks = {
    closeSessions: (code = 1001, reason = '') => {
      for (const session of sessions) session.close(code, reason);
    },
    resetSessions: () => {
      for (const session of sessions) session.reset();
    },
    dropSessions: () => {
      for (const session of sessions) session.drop();
    },
    silence,
    stopReading,
    resume,
    outage,
    restore,
  };
  return { breaks, end };
};
