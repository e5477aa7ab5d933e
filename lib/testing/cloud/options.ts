import type { MetricsSink } from '../../observability/metrics-sink.js';
import type { SecondSession } from '../../server/units/sessions.js';
import type { Authority } from './authority.js';

/** Everything about the cloud on loopback that can be chosen when it starts. */
export interface CloudOptions {
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** The port of service discovery; 0 takes any free one. Default: 0. */
  readonly discoveryPort?: number;
  /** The port of the WebSocket endpoint; 0 takes any free one. Default: 0. */
  readonly port?: number;
  /** The time between the pings of a session, in milliseconds; 0 sends none. Default: 15,000. */
  readonly pingInterval?: number;
  /** The bearer token that discovery hands out. Default: a random one. */
  readonly token?: string;
  /** The authority behind the cloud's certificates and those of its units. Default: a new one. */
  readonly authority?: Authority;
  /**
   * True if messages are acknowledged.
   *
   * @defaultValue true
   */
  readonly acks?: boolean;
  /** The `nextRequestDelay` of discovery answers, in milliseconds. Default: null. */
  readonly nextRequestDelay?: number | null;
  /**
   * The reaction to a second session of a unit (by the common name of its certificate): both stay open, the upgrade is
   * refused with 409, or the earlier one is closed with 1008.
   *
   * @defaultValue `allow`
   */
  readonly secondSession?: SecondSession;
  /** The unit that `credentials` is made out to. Default: `unit-1`. */
  readonly systemId?: string;
  /**
   * True if a unit may connect; others are answered with `errorCode` −1.
   *
   * @defaultValue every unit may
   */
  readonly validate?: (systemId: string) => boolean;
  /** Takes what is measured: `unitlink.server.*`. Default: nothing is measured. */
  readonly metrics?: MetricsSink;
}
