import { AppError } from '../../errors.js';
import type { DashboardData } from '../../protocol/subscription/messages.js';
import type { Misfit, ServerMessage, SubscriptionCodec, Welcome } from './codec.js';
import { GraphqlStream } from './graphql-stream.js';
import { isRecord } from '../is-record.js';

/** A GraphQL operation. */
export interface GraphqlOperation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** Which one, where `query` has several. */
  readonly operationName?: string | undefined;
  /** What the server is to know besides, such as `persistedQuery`; `resume` and `maxRateHz` are added to it. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** How {@link graphqlTransport} speaks to a server. */
export interface GraphqlTransportOptions {
  /** The operation that watches a topic, usually a `subscription`; what it throws is the error of that watch. */
  readonly document: (topic: string, params: unknown) => GraphqlOperation;
  /** The payload of `connection_init`. Default: `{ token }`, or none where there is no token. */
  readonly connectionParams?: ((token: string | undefined) => object | undefined) | undefined;
  /** The payload for the fold. Default: the value of the root field, of which a subscription has one, or all of them. */
  readonly payload?: ((data: Readonly<Record<string, unknown>>, topic: string) => unknown) | undefined;
}

/** From a result without data to the next try, in milliseconds. */
const defaultRetryAfter = 500;

/**
 * The protocol graphql-transport-ws, for servers such as `graphql-ws`. The first `next` of an operation is the snapshot
 * and each further one an update. A server that counts says so in `extensions: { epoch, offset, seq, ts, resumed }`, and
 * gets `extensions: { resume: { epoch, offset } }` with the next subscribe; from one that does not, every lost link costs a
 * snapshot. There is no heartbeat: pings find a dead link within 22 s.
 *
 * ```ts
 * connectDashboard({
 *   url: 'wss://example.com/graphql',
 *   codec: graphqlTransport({
 *     document: (topic, params) => ({ query: documents[topic], variables: params }),
 *   }),
 * });
 * ```
 */
export const graphqlTransport = ({
  document,
  connectionParams = (token) => (token === undefined ? undefined : { token }),
  payload = rootField,
}: GraphqlTransportOptions): SubscriptionCodec => ({
  subprotocols: ['graphql-transport-ws'],
  wire: ({ now }) => {
    const operationOf = (topic: string, params: unknown): GraphqlOperation => {
      try {
        return document(topic, params);
      } catch (cause) {
        throw new AppError(`the document of ${topic}`, cause);
      }
    };
    const streams = new Map<string, GraphqlStream>(); // by subId: an older operation has nothing to say

    const end = (subId: string): readonly string[] => {
      const stream = streams.get(subId);
      streams.delete(subId);
      return stream === undefined ? [] : [written({ type: 'complete', id: stream.id })];
    };
    const begin = ({ subId, gen, topic, params, resume, maxRateHz }: DashboardData<'subscribe'>): readonly string[] => {
      const stream = new GraphqlStream(subId, gen, topic);
      const operation = operationOf(topic, params);
      const extensions = {
        ...operation.extensions,
        ...(resume?.epoch && { resume }),
        ...(maxRateHz !== undefined && { maxRateHz }),
      };
      const ended = end(subId);
      streams.set(subId, stream);
      return [...ended, written({ type: 'subscribe', id: stream.id, payload: { ...operation, extensions } })];
    };
    const next = (stream: GraphqlStream, { data, errors, extensions }: Result): ServerMessage | Misfit => {
      const resumed = stream.resumed(extensions);
      if (resumed) return resumed;
      const failed = errors !== undefined && Object.values(data ?? {}).every((value) => value === null);
      if (failed || !isRecord(data)) return refusal(stream, errors, defaultRetryAfter);
      try {
        return stream.next(payload(data, stream.topic), extensions, now());
      } catch (cause) {
        return misfit(stream, 'next/payload/data', cause);
      }
    };
    const about = (stream: GraphqlStream, { type, payload: body }: Frame): ServerMessage | Misfit | undefined => {
      if (type === 'next') return isRecord(body) ? next(stream, body) : misfit(stream, 'next/payload');
      if (type !== 'error' && type !== 'complete') return undefined;
      streams.delete(stream.subId);
      return type === 'error' ? refusal(stream, body) : stream.ended('complete');
    };

    return {
      hello: (token) => written({ type: 'connection_init', payload: connectionParams(token) }),
      write: (message) => {
        switch (message.messageType) {
          case 'subscribe':
            return begin(message);
          case 'unsubscribe':
            return end(message.subId);
          case 'linkReport': // there is no word for it
            return [];
          default:
            return [written({ type: message.messageType })];
        }
      },
      read: (text) => {
        const frame = parsed(text);
        if (frame.type === 'connection_ack') return welcome(frame.payload);
        if (frame.type === 'ping' || frame.type === 'pong') return { messageType: frame.type, t: 0 };
        const stream = streams.get(subIdOf(frame.id));
        return stream !== undefined && stream.id === frame.id ? about(stream, frame) : undefined;
      },
      about: (beginning) => {
        const [, gen, subId] = /"id":\s*"(\d+):(\w+)"/.exec(beginning) ?? [];
        return subId === undefined ? undefined : { subId, gen: Number(gen) };
      },
      answers: false, // the first value of a subscription comes when there is one
    };
  },
});

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

const parsed = (text: string): Frame => {
  try {
    const frame: unknown = JSON.parse(text);
    return isRecord(frame) ? frame : {};
  } catch {
    return {};
  }
};

/** `2:s1`: its generation, and the subscription. */
const subIdOf = (id: unknown): string => String(id).replace(/^\d+:/, '');

const rootField = (data: Readonly<Record<string, unknown>>): unknown => {
  const values = Object.values(data);
  return values.length === 1 ? values[0] : data;
};

/** What a server may say of itself in the payload of its `connection_ack`. */
const welcome = (payload: unknown): Welcome => {
  const { sessionId, serverId, heartbeatMs } = isRecord(payload) ? payload : {};
  return {
    messageType: 'welcome',
    sessionId: typeof sessionId === 'string' ? sessionId : undefined,
    serverId: typeof serverId === 'string' ? serverId : undefined,
    heartbeatMs: typeof heartbeatMs === 'number' ? heartbeatMs : undefined,
  };
};

const misfit = ({ subId, gen }: GraphqlStream, path: string, cause?: unknown): Misfit => ({
  messageType: 'misfit',
  path,
  subId,
  gen,
  cause,
});

/** The first of the errors says why, and in its extensions how it is called and when to try again. */
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
