import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { textOf } from '../errors.js';
import { FailedLast } from '../collections/failed-last.js';

/** How the addresses of a name are dialled. */
export interface DialOptions {
  /** The deadline that the addresses share, in milliseconds. Default 30 s. */
  readonly connectTimeout?: number;
  /** The addresses that failed lately, which are dialled last. Default: none is known. */
  readonly addresses?: FailedLast;
}

/** One connection to be made. */
export interface Dial {
  /** Makes it, for `node:http`, `node:https` and `ws`. */
  readonly createConnection: (options: ConnectionOptions) => Socket;
  /** Notes that what was to be done over it has failed, unless it served before: the next one begins with another address. */
  readonly failed: () => void;
  /** Notes that it served. */
  readonly worked: () => void;
}

/** Node gives each address but the last its own time, after which it gives that address up. */
const shares = 4;

/**
 * Dials a name. Each of its addresses gets a quarter of the deadline, where Node gives it 250 ms, which a slow link does
 * not keep; an address that failed, in whatever layer, comes last the next time.
 */
export const dial = (
  isSecure: boolean,
  { connectTimeout = 30_000, addresses = new FailedLast() }: DialOptions = {},
): Dial => {
  let current: string | undefined;
  let served = false;

  const connect = (options: ConnectionOptions): Socket => {
    const { host = 'localhost' } = options;
    const settings = {
      ...options,
      host,
      path: undefined, // the one of the request, which is no pipe
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(10, Math.ceil(connectTimeout / shares)),
      lookup: sortedLookup(addresses),
    };
    return isSecure
      ? connectTls({ servername: isIP(host) === 0 ? host : '', ...settings })
      : connectTcp(settings as TcpNetConnectOpts);
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
  (addresses: FailedLast) =>
  (host: string, options: LookupOptions, callback: LookupCallback): void => {
    dns.lookup(host, options, (error, found: string | LookupAddress[], family?: number) => {
      callback(error, Array.isArray(found) ? [...addresses.sort(found, ({ address }) => address)] : found, family);
    });
  };

/** Where all addresses failed, the error has no text of its own, and not everybody hands the errors in it on. */
const explain = (error: Error): void => {
  if (error.message === '') error.message = textOf(error);
};
