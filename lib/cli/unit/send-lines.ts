import { EMPTY, map, mergeMap, noop, of, type Observable, type OperatorFunction } from 'rxjs';
import { StoppedError, UnitlinkError } from '../../errors.js';
import type { Delivery, DeliveryReport } from '../../delivery/outgoing-message.js';
import type { UnitData } from '../../protocol/envelope.js';
import { isUnitMessageType, unitMessageTypes } from '../../protocol/message-types.js';
import type { Unit } from '../../unit/unit.js';
import { readLine, RefusedLine, type LineMessage } from '../io/read-line.js';
import type { Line } from '../io/split-lines.js';
import { deliveryEvent, rejectedEvent, type DeliveryEvent, type RejectedEvent } from './events.js';

/** Sends the message in each line and emits its status, or why the line was rejected. `onStep` is called with each step. */
export const sendLines = (
  unit: Pick<Unit, 'send'>,
  onSend: (data: LineMessage['data']) => void,
  onStep: (message: LineMessage, report: DeliveryReport) => void = noop,
): OperatorFunction<Line, DeliveryEvent | RejectedEvent> =>
  mergeMap((line) => {
    const message = readLine(line);
    if (message === undefined) return EMPTY;
    const reject = (reason: string): Observable<RejectedEvent> =>
      of(rejectedEvent('stdin', reason, line.number, message.id));
    if (message instanceof RefusedLine) return reject(message.reason);
    const { data } = message;
    if (message.schema !== 'open' && !isSendable(data))
      return reject(`a messageType that a unit does not send; it sends ${unitMessageTypes.join(', ')}`);
    try {
      onSend(data);
      const { status$ } = sendOf(unit, message);
      return status$.pipe(
        map((report) => {
          onStep(message, report);
          return deliveryEvent(report, message.id);
        }),
      );
    } catch (error) {
      if (error instanceof StoppedError) return reject('the unit is stopping');
      if (error instanceof UnitlinkError) return reject(error.message);
      throw error;
    }
  });

const isSendable = (data: LineMessage['data']): data is UnitData => isUnitMessageType(data.messageType);

const sendOf = (
  unit: Pick<Unit, 'send'>,
  { data, schema, policy, lane, ttl, coalesceKey, overflow, keep }: LineMessage,
): Delivery => {
  const options = { policy, lane, ttl, coalesceKey, overflow, keep };
  return schema === 'open' ? unit.send(data, { ...options, schema }) : unit.send(data as UnitData, options);
};
