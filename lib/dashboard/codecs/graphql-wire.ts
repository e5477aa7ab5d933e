import { AppError } from '../../errors.js';
import type { DashboardData } from '../../protocol/subscription/messages.js';
import { isRecord } from '../is-record.js';
import type { DashboardMessage, Generation, Misfit, ServerMessage, Welcome, Wire } from './codec.js';
import type { GraphqlOperation, GraphqlTransportOptions } from './graphql-options.js';
import { GraphqlStream } from './graphql-stream.js';

/** From a result without data to the next try, in milliseconds. */
const defaultRetryAfter = 500;

/** {@link GraphqlTransportOptions} with their defaults. */
export type GraphqlSettings = {
  readonly [Name in keyof GraphqlTransportOptions]-?: NonNullable<GraphqlTransportOptions[Name]>;
};

/** graphql-transport-ws on one link. */
export class GraphqlWire implements Wire {
  readonly answers = false; // the first value of a subscription comes when there is one
  readonly #options: GraphqlSettings;
  readonly #now: () => number;
  readonly #streams = new Map<string, GraphqlStream>(); // by subId: messages of an older operation are ignored

  constructor(options: GraphqlSettings, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  hello(token: string | undefined): string {
    return written({ type: 'connection_init', payload: this.#options.connectionParams(token) });
  }

  write(message: DashboardMessage): readonly string[] {
    switch (message.messageType) {
      case 'subscribe':
        return this.#begin(message);
      case 'unsubscribe':
        return this.#end(message.subId);
      case 'linkReport': // the protocol has no such message
        return [];
      default:
        return [written({ type: message.messageType })];
    }
  }

  read(text: string): ServerMessage | Misfit | undefined {
    const frame = parsed(text);
    if (!frame) return misfit('frame');
    if (frame.type === 'connection_ack') return welcome(frame.payload);
    if (frame.type === 'ping' || frame.type === 'pong') return { messageType: frame.type, t: 0 };
    const stream = this.#streams.get(subIdOf(frame.id));
    return stream !== undefined && stream.id === frame.id ? this.#about(stream, frame) : undefined;
  }

  about(beginning: string): Generation | undefined {
    const [, gen, subId] = /"id":\s*"(\d+):(\w+)"/.exec(beginning) ?? [];
    return subId === undefined ? undefined : { subId, gen: Number(gen) };
  }

  #begin({ subId, gen, topic, params, resume, maxRateHz }: DashboardData<'subscribe'>): readonly string[] {
    const stream = new GraphqlStream(subId, gen, topic);
    const operation = this.#operation(topic, params);
    const extensions = {
      ...operation.extensions,
      ...(resume?.epoch && { resume }),
      ...(maxRateHz !== undefined && { maxRateHz }),
    };
    const ended = this.#end(subId);
    this.#streams.set(subId, stream);
    return [...ended, written({ type: 'subscribe', id: stream.id, payload: { ...operation, extensions } })];
  }

  #operation(topic: string, params: unknown): GraphqlOperation {
    try {
      return this.#options.document(topic, params);
    } catch (cause) {
      throw new AppError(`the document of ${topic}`, cause);
    }
  }

  #end(subId: string): readonly string[] {
    const stream = this.#streams.get(subId);
    this.#streams.delete(subId);
    return stream === undefined ? [] : [written({ type: 'complete', id: stream.id })];
  }

  #about(stream: GraphqlStream, { type, payload }: Frame): ServerMessage | Misfit | undefined {
    if (type === 'next') return isRecord(payload) ? this.#next(stream, payload) : misfit('next/payload', stream);
    if (type !== 'error' && type !== 'complete') return undefined;
    this.#streams.delete(stream.subId);
    return type === 'error' ? refusal(stream, payload) : stream.ended('complete');
  }

  #next(stream: GraphqlStream, { data, errors, extensions }: Result): ServerMessage | Misfit {
    const resumed = stream.resumed(extensions);
    if (resumed) return resumed;
    const failed = errors !== undefined && Object.values(data ?? {}).every((value) => value === null);
    if (failed || !isRecord(data)) return refusal(stream, errors, defaultRetryAfter);
    try {
      return stream.next(this.#options.payload(data, stream.topic), extensions, this.#now());
    } catch (cause) {
      return misfit('next/payload/data', stream, cause);
    }
  }
}

interface Frame {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly payload?: unknown;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly extensions?: unknown;
}

const written = (frame: Frame): string => JSON.stringify(frame);

/** Undefined for a text that is no JSON object. */
const parsed = (text: string): Frame | undefined => {
  try {
    const frame: unknown = JSON.parse(text);
    return isRecord(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
};

/** The subscription of an id such as `2:s1`, which begins with the generation. */
const subIdOf = (id: unknown): string => String(id).replace(/^\d+:/, '');

/** Reads the payload of a `connection_ack`. */
const welcome = (payload: unknown): Welcome => {
  const { sessionId, serverId, heartbeatMs } = isRecord(payload) ? payload : {};
  return {
    messageType: 'welcome',
    sessionId: typeof sessionId === 'string' ? sessionId : undefined,
    serverId: typeof serverId === 'string' ? serverId : undefined,
    heartbeatMs: typeof heartbeatMs === 'number' ? heartbeatMs : undefined,
  };
};

const misfit = (path: string, stream?: GraphqlStream, cause?: unknown): Misfit => ({
  messageType: 'misfit',
  path,
  subId: stream?.subId,
  gen: stream?.gen,
  cause,
});

/** The first of the errors has the reason, and in its extensions the code and the time until the next try. */
const refusal = (stream: GraphqlStream, errors: unknown, otherwise?: number): ServerMessage => {
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const { message, extensions } = isRecord(list[0]) ? list[0] : {};
  const { code, retryAfter } = isRecord(extensions) ? extensions : {};
  return stream.ended(
    typeof code === 'string' ? code : 'failed',
    typeof message === 'string' ? message : undefined,
    typeof retryAfter === 'number' ? retryAfter : otherwise,
  );
};
