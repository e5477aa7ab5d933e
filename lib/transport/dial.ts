import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { textOf } from '../errors.js';
import { FailedLast } from '../collections/failed-last.js';
import { secureContexts, type SecureContexts } from './secure-contexts.js';
import type { Credentials } from './types.js';

/** Options of {@link dial}. */
export interface DialOptions {
  /**
   * The deadline that the addresses share, in milliseconds.
   *
   * @defaultValue 30 s
   */
  readonly connectTimeout?: number;
  /**
   * The addresses that failed lately, which are dialled last.
   *
   * @defaultValue none is known
   */
  readonly addresses?: FailedLast;
  /**
   * The secure contexts, which connections with the same credentials share.
   *
   * @defaultValue one of its own for each connection
   */
  readonly contexts?: SecureContexts;
  /**
   * Looks up the addresses of a name, as `dns.lookup` does.
   *
   * @defaultValue `dns.lookup`
   */
  readonly lookup?: LookupFunction | undefined;
  /**
   * The local address that connections come from.
   *
   * @defaultValue the one that the system chooses
   */
  readonly localAddress?: string | undefined;
  /**
   * The name that is asked for in the TLS handshake (SNI), and that the certificate of the cloud is made out to.
   *
   * @defaultValue the host of the URL
   */
  readonly servername?: string | undefined;
}

/** One connection to be made. */
export interface Dial {
  /** Makes it, for `node:http`, `node:https` and `ws`. */
  readonly createConnection: (options: ConnectionOptions) => Socket;
  /** Reports that the connection failed, unless it served before: the next one begins with another address. */
  readonly failed: () => void;
  /** Reports that the connection served. */
  readonly worked: () => void;
}

/** The share of the deadline of each address: Node gives up each address but the last after a time of its own. */
const shares = 4;

/**
 * Settings of a TCP connection to a name: each of its addresses has a quarter of the deadline, instead of the 250 ms of Node,
 * which are too short for a slow link, and one that failed lately comes last.
 */
export const tcpSettings = ({
  connectTimeout = 30_000,
  addresses = new FailedLast(),
  lookup = dns.lookup,
  localAddress,
}: DialOptions): Pick<TcpNetConnectOpts, 'localAddress' | 'lookup'> & AutoSelectFamily => ({
  ...(localAddress === undefined ? {} : { localAddress }),
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: Math.max(10, Math.ceil(connectTimeout / shares)),
  lookup: sortedLookup(addresses, lookup),
});

interface AutoSelectFamily {
  readonly autoSelectFamily: true;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/**
 * Dials a name, over mutual TLS with these credentials, or over TCP without any. An address that failed, in any layer, is
 * tried last the next time.
 */
export const dial = (credentials: Credentials | undefined, options: DialOptions = {}): Dial => {
  const { addresses = new FailedLast(), contexts = secureContexts() } = options;
  let current: string | undefined;
  let served = false;

  const connect = (asked: ConnectionOptions): Socket => {
    const { host = 'localhost' } = asked;
    const settings = {
      ...asked,
      ...tcpSettings({ ...options, addresses }),
      host,
      path: undefined, // the one of the request, which is no pipe
    };
    if (credentials === undefined) return connectTcp(settings as TcpNetConnectOpts);
    const servername = options.servername ?? (isIP(host) === 0 ? host : '');
    return connectTls({
      ...settings,
      servername,
      secureContext: contexts(credentials),
      rejectUnauthorized: true, // said outright: an environment variable can turn the default off
    });
  };
  return {
    createConnection: (options) => {
      const socket = connect(options);
      socket.once('connect', () => {
        // In the order they were tried, with their ports; where there is only one, Node has none. The last one answered.
        const attempted = socket.autoSelectFamilyAttemptedAddresses as readonly string[] | undefined;
        const tried = (attempted ?? []).map((each) => each.replace(/:\d+$/, ''));
        current = tried.pop();
        for (const address of tried) addresses.failed(address);
      });
      socket.prependOnceListener('error', explain);
      return socket;
    },
    failed: () => {
      if (current !== undefined && !served) addresses.failed(current);
    },
    worked: () => {
      served = true;
      if (current !== undefined) addresses.worked(current);
    },
  };
};

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** The lookup of the system, with the addresses that failed lately at the end. */
const sortedLookup =
  (addresses: FailedLast, lookup: LookupFunction) =>
  (host: string, options: LookupOptions, callback: LookupCallback): void => {
    lookup(host, options, (error, found: string | LookupAddress[], family?: number) => {
      callback(error, Array.isArray(found) ? [...addresses.sort(found, ({ address }) => address)] : found, family);
    });
  };

/** If all addresses failed, the error has no text of its own, and not all code passes the errors in it on. */
const explain = (error: Error): void => {
  if (error.message === '') error.message = textOf(error);
};
