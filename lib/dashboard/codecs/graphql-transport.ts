import type { SubscriptionCodec } from './codec.js';
import type { GraphqlTransportOptions } from './graphql-options.js';
import { GraphqlWire } from './graphql-wire.js';

/**
 * The protocol graphql-transport-ws, for servers such as `graphql-ws`. The first `next` of an operation is the snapshot
 * and each further one an update. A server that counts says so in `extensions: { epoch, offset, seq, ts, resumed }`, and
 * gets `extensions: { resume: { epoch, offset } }` with the next subscribe; from one that does not, every lost link costs a
 * snapshot. There is no heartbeat: pings find a dead link within 22 s.
 *
 * @param options - `document` is required
 * @returns the codec for the option `codec` of {@link connectDashboard}
 * @example
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
  wire: ({ now }) => new GraphqlWire({ document, connectionParams, payload }, now),
});

const rootField = (data: Readonly<Record<string, unknown>>): unknown => {
  const values = Object.values(data);
  return values.length === 1 ? values[0] : data;
};
