import { filter, Subject, type Observable } from 'rxjs';
import type { Messenger } from '../../lib/flows/messenger.js';
import type { CloudMessage, UnitData } from '../../lib/protocol/envelope.js';
import type { CloudMessageType } from '../../lib/protocol/message-types.js';
import { readMessage } from '../../lib/protocol/read-message.js';
import { Unreadable } from '../../lib/protocol/reader.js';

/** A unit that does nothing but to hear messages and to note what it sends; `send` gives how many that were. */
export interface StubMessenger extends Messenger<number> {
  /** What was sent. */
  readonly sent: UnitData[];
  /** The cloud sends a message; it is heard as far as it can be read. */
  readonly hear: (messageType: CloudMessageType, data?: object) => void;
}

/** Replaces members of the stub, where a test wants them otherwise. */
export const stubMessenger = (members: Partial<Messenger<number>> = {}): StubMessenger => {
  const message$ = new Subject<CloudMessage>();
  const sent: UnitData[] = [];
  const isOf = <Type extends CloudMessageType>(type: Type, message: CloudMessage): message is CloudMessage<Type> =>
    message.data.messageType === type;
  return {
    sent,
    hear: (messageType, data = {}) => {
      const read = readMessage(messageType, { messageType, ...data });
      if (read instanceof Unreadable) return;
      message$.next({ header: { version: 7, systemId: 'unit-1', txn: '' }, ...read });
    },
    on: <Type extends CloudMessageType>(type: Type): Observable<CloudMessage<Type>> =>
      message$.pipe(filter((message) => isOf(type, message))),
    send: (data) => sent.push(data),
    whenRoom: () => Promise.resolve(),
    ...members,
  };
};
