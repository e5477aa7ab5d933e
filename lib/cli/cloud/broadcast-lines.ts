import { map, mergeMap, type OperatorFunction } from 'rxjs';
import { UnitlinkError } from '../../errors.js';
import type { Cloud } from '../../testing/cloud/start-cloud.js';
import type { SentEvent } from './command-events.js';
import { readLine, RefusedLine } from '../io/read-line.js';
import type { Line } from '../io/split-lines.js';
import { rejectedEvent, type RejectedEvent } from '../unit/events.js';

/** Sends the message in each line to every connected unit, and emits that, or why the line was rejected. */
export const broadcastLines =
  (cloud: Pick<Cloud, 'send'>): OperatorFunction<Line, SentEvent | RejectedEvent> =>
  (line$) =>
    line$.pipe(
      map((line) => ({ line, message: readLine(line) })),
      mergeMap(({ line, message }) => {
        if (message === undefined) return [];
        const reject = (reason: string) => [rejectedEvent('stdin', reason, line.number, message.id)];
        if (message instanceof RefusedLine) return reject(message.reason);
        const { id, data } = message;
        try {
          const sent = { txn: cloud.send(data), messageType: data.messageType };
          return [{ event: 'sent' as const, ...(id === undefined ? {} : { id }), ...sent }];
        } catch (error) {
          if (error instanceof UnitlinkError) return reject(error.message);
          throw error;
        }
      }),
    );
