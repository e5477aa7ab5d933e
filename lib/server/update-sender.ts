import type { DashboardData } from '../protocol/subscription/messages.js';
import type { SendFrame } from './frame-sender.js';
import { maxFrame } from './frames.js';
import type { ViewUpdate } from './topic.js';

/** Dependencies of {@link createUpdateSender}. */
export interface UpdateSenderOptions {
  readonly request: DashboardData<'subscribe'>;
  readonly sendFrame: SendFrame;
  readonly now: () => number;
  /** Called when an update is too large to be sent. */
  readonly failed: (reason: string) => void;
}

/** Numbers and sends the updates of one subscription. */
export interface UpdateSender {
  readonly send: (update: ViewUpdate) => void;
  /** Returns the last `seq`; undefined if updates were sent since the last call. */
  readonly quietSeq: () => number | undefined;
  /** The next updates are counted but not sent. */
  readonly skip: (updates: number) => void;
}

/** Numbers updates from 1 and sends them. */
export const createUpdateSender = ({ request, sendFrame, now, failed }: UpdateSenderOptions): UpdateSender => {
  const { subId, gen } = request;
  let seq = 0;
  let quiet = true;
  let skipped = 0;
  return {
    send: ({ offset, ts, payload, thinned }) => {
      seq++;
      if (skipped > 0) {
        skipped--;
        return;
      }
      quiet = false;
      const more = thinned !== undefined && { thinned };
      if (!sendFrame({ messageType: 'update', subId, gen, seq, offset, ts: Math.min(ts, now()), ...more }, payload))
        failed(`an update would be larger than ${maxFrame} bytes`);
    },
    quietSeq: () => {
      const wasQuiet = quiet;
      quiet = true;
      return wasQuiet ? seq : undefined;
    },
    skip: (updates) => {
      skipped += updates;
    },
  };
};
