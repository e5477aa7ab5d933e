import type { ServerData } from '../../protocol/subscription/messages.js';
import { isRecord } from '../is-record.js';

/** One GraphQL operation in the terms of the subscription profile: what the server does not count is counted here. */
export class GraphqlStream {
  readonly subId: string;
  readonly gen: number;
  readonly topic: string;
  /** Its id on the wire. */
  readonly id: string;
  #epoch: string | undefined; // undefined before the first answer
  #offset = 0;
  #seq = 0;
  #base = 0; // what the server counts from

  constructor(subId: string, gen: number, topic: string) {
    this.subId = subId;
    this.gen = gen;
    this.topic = topic;
    this.id = `${gen}:${subId}`;
  }

  /** Reads the extensions of a first `next` without data, which says that nothing is lost; undefined for any other. */
  resumed(extensions: unknown): ServerData<'resumed'> | undefined {
    const { resumed, epoch, offset, seq } = members(extensions);
    if (this.#epoch !== undefined || (resumed !== true && count(resumed) === undefined)) return undefined;
    const position = this.#begin(epoch, offset, seq);
    const { subId, gen } = this;
    return { messageType: 'resumed', subId, gen, ...position, count: count(resumed) ?? 0 };
  }

  next(payload: unknown, extensions: unknown, now: number): ServerData<'snapshot' | 'update'> {
    const { epoch, offset, seq, ts } = members(extensions);
    const { subId, gen } = this;
    const at = typeof ts === 'number' ? ts : now;
    if (this.#epoch === undefined) {
      const position = this.#begin(epoch, offset, seq);
      return { messageType: 'snapshot', subId, gen, seq: 0, ...position, asOf: at, payload };
    }
    this.#seq = count(seq) === undefined ? this.#seq + 1 : (count(seq) ?? 0) - this.#base;
    this.#offset = count(offset) ?? this.#offset + 1;
    return { messageType: 'update', subId, gen, seq: this.#seq, offset: this.#offset, ts: at, payload };
  }

  ended(code: string, reason?: string, retryAfter?: number): ServerData<'ended'> {
    const { subId, gen } = this;
    return { messageType: 'ended', subId, gen, code, reason, retryAfter };
  }

  #begin(epoch: unknown, offset: unknown, seq: unknown): { readonly epoch: string; readonly offset: number } {
    this.#offset = count(offset) ?? 0;
    this.#base = count(seq) ?? 0;
    return { epoch: (this.#epoch = typeof epoch === 'string' ? epoch : ''), offset: this.#offset };
  }
}

const members = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

const count = (value: unknown): number | undefined => (Number.isSafeInteger(value) ? (value as number) : undefined);
