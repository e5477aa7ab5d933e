import {
  AsyncSubject,
  defer,
  EMPTY,
  finalize,
  firstValueFrom,
  interval,
  merge,
  of,
  Subject,
  Subscription,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { ConnectionClosedError, ConnectionLostError } from '../errors.js';
import type { Socket } from '../transport/types.js';
import { replyToMessages } from '../testing/cloud/replies.js';
import type { Session, SessionOptions } from '../testing/cloud/session.js';

/** How far a frame travels, in milliseconds. */
export const latency = 1;

/** Both ends of a link that is not there. */
export interface VirtualSession {
  readonly session: Session;
  /** The end of the unit: the socket, then how it ends. Unsubscribing closes it with 1000. */
  readonly socket$: Observable<Socket>;
}

/** A session of the cloud as on loopback, over frames that take their time by the clock. */
export const virtualSession = (
  number: number,
  url: string,
  clock: SchedulerLike,
  options: SessionOptions,
  onGone: (session: Session) => void,
): VirtualSession => {
  const { record, pingInterval } = options;
  const frame$ = new Subject<Uint8Array | 'text'>();
  const activity$ = new Subject<'ping' | 'pong' | 'bytes'>();
  const end$ = new Subject<never>();
  const gone$ = new AsyncSubject<undefined>();
  let held: (() => void)[] = [];
  let state: 'answering' | 'deaf' | 'silent' | 'dropped' | 'closing' | 'over' = 'answering';
  let isOpenToUnit = true;

  const whenRead = (act: () => void) => {
    if (state === 'answering' || state === 'closing') act();
    else if (state !== 'over' && state !== 'dropped') held.push(act);
  };
  const toCloud = (act: () => void) => {
    clock.schedule(() => {
      whenRead(act);
    }, latency);
  };
  const toUnit = (act: () => void) => {
    clock.schedule(() => {
      if (isOpenToUnit) act();
    }, latency);
  };
  const over = (code: number) => {
    if (state === 'over') return;
    state = 'over';
    held = [];
    record.add({ kind: 'closed', session: number, code, reason: '' });
    onGone(session);
    gone$.next(undefined);
    gone$.complete();
    pings.unsubscribe();
  };
  const endUnit = (error: unknown) => {
    isOpenToUnit = false;
    end$.error(error);
  };
  const breakOff = (code: number | string) => {
    if (!isOpen()) return;
    state = 'dropped';
    toUnit(() => {
      endUnit(new ConnectionLostError(url, code));
    });
    clock.schedule(() => {
      over(1006);
    }, latency);
  };
  const isOpen = () => state !== 'over' && state !== 'closing' && state !== 'dropped';
  const hear = (signal: 'ping' | 'pong' | 'bytes', frame?: Uint8Array | 'text') => {
    activity$.next(signal);
    if (frame !== undefined) frame$.next(frame);
  };
  const ping = (count: number) => {
    if (state !== 'answering' && state !== 'deaf') return;
    for (let n = 0; n < count; n++)
      toUnit(() => {
        hear('ping');
        toCloud(() => {
          record.add({ kind: 'pong', session: number, payload: '' });
        });
      });
  };
  const pings =
    pingInterval > 0
      ? interval(pingInterval, clock).subscribe({
          next: () => {
            ping(1);
          },
          error: () => undefined, // an interval has none
        })
      : Subscription.EMPTY;

  const sendFrame = (bytes: Uint8Array | string, binary: boolean) => {
    toUnit(() => {
      hear('bytes', binary ? Buffer.from(bytes) : 'text');
    });
  };
  const replies = replyToMessages(
    number,
    'unit-1',
    (text) => {
      const sends = state === 'answering';
      if (sends) sendFrame(text, true);
      return sends;
    },
    options,
  );

  const session: Session = {
    commonName: 'unit-1',
    isOpen,
    systemId: () => replies.systemId(),
    isAnswering: () => state === 'answering',
    sendFrame,
    sendBytes: () => undefined,
    ping,
    close: (code, reason) => {
      if (!isOpen()) return;
      state = 'closing';
      toUnit(() => {
        endUnit(new ConnectionClosedError(url, code, reason));
        clock.schedule(() => {
          over(code);
        }, latency);
      });
    },
    reset: () => {
      breakOff('ECONNRESET');
    },
    drop: () => {
      breakOff(1006);
    },
    silence: () => {
      state = 'silent';
    },
    stopReading: () => {
      state = 'deaf';
    },
    resume: () => {
      if (state !== 'silent' && state !== 'deaf') return;
      state = 'answering';
      for (const act of held.splice(0)) whenRead(act);
    },
    closed: firstValueFrom(gone$, { defaultValue: undefined }),
  };
  const socket: Socket = {
    url,
    frame$,
    activity$,
    drain$: EMPTY,
    bufferedAmount: 0,
    send: (frame) => {
      toCloud(() => {
        replies.receive(Buffer.from(frame), true);
      });
    },
    ping: () => {
      toCloud(() => {
        record.add({ kind: 'ping', session: number, payload: '' });
        toUnit(() => {
          hear('pong');
        });
      });
    },
    abandon: () => undefined,
  };
  const closeByUnit = () => {
    if (!isOpenToUnit) return;
    isOpenToUnit = false;
    toCloud(() => {
      over(1000);
    });
  };
  record.add({ kind: 'opened', session: number, commonName: 'unit-1', serial: '' });
  return { session, socket$: defer(() => merge(of(socket), end$)).pipe(finalize(closeByUnit)) };
};
