import {
  ConnectionClosedError,
  ConnectionLostError,
  CredentialsError,
  DeadLinkError,
  UnstableConnectionError,
} from '../errors.js';
import { closeCode } from './close-code.js';
import type { MetricAttributes } from './metrics-sink.js';

/** The end of a connection, as attributes. */
export interface Closure extends MetricAttributes {
  readonly code: string;
  readonly clean: 'true' | 'false';
  readonly initiator: 'client' | 'server' | 'network';
  /** The reason for the next connection. */
  readonly cause: 'closed' | 'lost' | 'dead' | 'credentials' | 'other';
}

/** The client closes itself: it was stopped, or has something new. */
export const ownClosure: Closure = { code: '1000', clean: 'true', initiator: 'client', cause: 'credentials' };

/** The end of a connection that failed with this error. */
export const closureOf = (error: unknown): Closure => {
  const cause = error instanceof UnstableConnectionError ? error.cause : error;
  const broken = { code: '1006', clean: 'false' } as const;
  if (cause instanceof ConnectionClosedError)
    return { code: closeCode(cause.code), clean: 'true', initiator: 'server', cause: 'closed' };
  if (cause instanceof DeadLinkError) return { ...broken, initiator: 'client', cause: 'dead' };
  if (cause instanceof ConnectionLostError) {
    const { code } = cause;
    const byUnit = typeof code === 'string' ? /^(?:WS_ERR_|ESENDTIMEOUT)/.test(code) : code !== 1006;
    return { ...broken, initiator: byUnit ? 'client' : 'network', cause: 'lost' };
  }
  if (cause instanceof CredentialsError) return ownClosure;
  return { code: 'other', clean: 'false', initiator: 'client', cause: 'other' };
};
