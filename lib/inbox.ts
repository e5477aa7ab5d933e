import { defer, EMPTY, filter, map, switchMap, type Observable } from 'rxjs';
import { markDuplicates } from './operators/mark-duplicates.js';
import { decoder, encoder, type Decoded } from './protocol/codec.js';
import type { Socket } from './transport/types.js';

/** With so much unsent, in bytes, messages are not acked: a cloud that reads nothing sends them again once it does. */
const ackLimit = 8 * 1024 * 1024;

/** What {@link inbox} needs to read for a unit and to answer in its name. */
export interface InboxOptions {
  readonly systemId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How many txns are remembered to know a duplicate by. Default 4,096. */
  readonly window?: number;
}

/**
 * What comes in on the open socket: acks, nacks, messages, and what was rejected. Each message is acked on receipt, also
 * when it comes again; then it is not emitted again. With 8 MiB unsent it is not acked, so that acks cannot pile up.
 */
export const inbox = (
  socket$: Observable<Socket | undefined>,
  { systemId, now, window }: InboxOptions,
): Observable<Decoded> =>
  defer(() => {
    const encode = encoder(systemId);
    const decode = decoder(systemId);
    const read = (frame: Uint8Array | 'text'): Decoded =>
      frame === 'text' ? { kind: 'rejected', reason: 'a text frame' } : decode(frame);
    const acknowledge = (socket: Socket, txn: string) => {
      if (socket.bufferedAmount < ackLimit) socket.send(encode({ messageType: 'ack' }, { txn, createdAt: now() }));
    };
    return socket$.pipe(
      switchMap(
        (socket) =>
          socket?.frame$.pipe(
            map((frame) => {
              const decoded = read(frame);
              if (decoded.kind === 'message') acknowledge(socket, decoded.message.header.txn);
              return decoded;
            }),
          ) ?? EMPTY,
      ),
      markDuplicates({
        key: (decoded) => (decoded.kind === 'message' ? decoded.message.header.txn : ''),
        ...(window && { window }),
      }),
      filter(({ duplicate }) => !duplicate),
      map(({ value }) => value),
    );
  });
