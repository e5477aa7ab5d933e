import { subscriptionProfile } from '../protocol/subscription/messages.js';
import { type FrameReaderOptions, frameReader } from './frame-reader.js';
import { frameSender, type SendFrame } from './frame-sender.js';
import { graphqlProtocol, graphqlReader } from './graphql/graphql-reader.js';
import { graphqlSender } from './graphql/graphql-sender.js';
import { Operations } from './graphql/operations.js';
import type { Outlet } from './outlet.js';

/** The protocol that one connection speaks: how messages of the subscription profile are written and read on it. */
export interface Dialect {
  /** The name of the protocol in `hello`. */
  readonly protocol: string;
  readonly sender: (outlet: Outlet) => SendFrame;
  readonly reader: (options: FrameReaderOptions) => (bytes: Buffer) => void;
  /** Returns the close code of this protocol that means the same as one of the profile. */
  readonly closeCode: (code: number) => number;
}

/** Dependencies of {@link dialectOf}. */
export interface DialectOptions {
  /** The session, counted from 1. */
  readonly session: number;
  readonly clientId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Chooses the subprotocol among those that a page offers: the first one, unless GraphQL is among them. */
export const chooseSubprotocol = (offered: ReadonlySet<string>): string | false => {
  const [first = false] = offered;
  return offered.has(graphqlProtocol) ? graphqlProtocol : first;
};

/** Returns the dialect of a connection by its subprotocol. */
export const dialectOf = (subprotocol: string, options: DialectOptions): Dialect =>
  subprotocol === graphqlProtocol ? graphql(options) : profile(options);

const profile = ({ clientId, now }: DialectOptions): Dialect => ({
  protocol: subscriptionProfile,
  sender: (outlet) => frameSender(outlet, clientId, now),
  reader: frameReader,
  closeCode: (code) => code,
});

// A token that is refused is 4403 there, and after it clients try again with a new one; after 4401 and 1011 they never do.
const graphqlCodes = new Map([
  [4401, 4403],
  [1011, 1013],
]);

const graphql = ({ session }: DialectOptions): Dialect => {
  const operations = new Operations();
  return {
    protocol: graphqlProtocol,
    sender: (outlet) => graphqlSender(outlet, operations),
    reader: (options) => graphqlReader({ ...options, operations, clientId: `graphql-${session}` }),
    closeCode: (code) => graphqlCodes.get(code) ?? code,
  };
};
