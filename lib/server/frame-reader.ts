import { type DashboardFrame, readFrame } from './frames.js';
import type { SendFrame } from './frame-sender.js';
import type { Greeting } from './greeting.js';
import type { DashboardMetrics } from './metrics.js';
import type { ServerEvent, WithoutSession } from './server-events.js';
import type { Subscriptions } from './subscriptions.js';

/** Dependencies of {@link frameReader}. */
export interface FrameReaderOptions {
  readonly greeting: Greeting;
  readonly subscriptions: Subscriptions;
  readonly sendFrame: SendFrame;
  readonly metrics: DashboardMetrics;
  readonly record: (event: WithoutSession<ServerEvent>) => void;
  readonly close: (code: number, reason: string) => void;
  /** Called with the client id of the first frame. */
  readonly identify: (clientId: string) => void;
}

/** Reads frames of a dashboard and passes each to what handles it; closes the connection on one that cannot be read. */
export const frameReader = (options: FrameReaderOptions): ((bytes: Buffer) => void) => {
  const { greeting, record, close, identify } = options;
  return (bytes) => {
    let frame: DashboardFrame | undefined;
    try {
      frame = readFrame(bytes);
      if (frame !== undefined && !greeting.isDone() && frame.data.messageType !== 'hello')
        throw new Error('hello comes first, and its welcome');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      record({ kind: 'unreadable', reason });
      close(4400, reason.slice(0, 100));
      return;
    }
    if (frame === undefined) return;
    if (greeting.isAwaited()) identify(frame.clientId);
    handle(frame, options);
  };
};

const handle = ({ txn, data }: DashboardFrame, options: FrameReaderOptions): void => {
  const { greeting, subscriptions, sendFrame, metrics, record } = options;
  switch (data.messageType) {
    case 'hello':
      greeting.greet(data);
      break;
    case 'subscribe':
      subscriptions.subscribe(data, txn);
      break;
    case 'unsubscribe':
      subscriptions.unsubscribe(data, txn);
      break;
    case 'ping':
      record({ kind: 'ping', t: data.t });
      sendFrame({ messageType: 'pong', t: data.t });
      break;
    case 'linkReport':
      record({ kind: 'linkReport', report: data });
      metrics.report(data);
      break;
    case 'pong':
  }
};
