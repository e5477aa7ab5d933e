import type { ConnectionState } from '../connection/connection-state.js';
import { closureOf, ownClosure } from '../observability/closure.js';
import { errorType } from '../observability/error-type.js';
import type { MetricsSink } from '../observability/metrics-sink.js';

/** An alert on a series that has not begun would never come. */
const fromTheStart = [
  'unitlink.client.heartbeat.timeouts',
  'unitlink.client.disconnected.time',
  'unitlink.client.queue.size',
  'unitlink.client.inflight',
] as const;

/**
 * Measures connections by their states, with which the returned function is to be called.
 *
 * @param sink - takes the measurements
 * @param clock - the time, in seconds
 * @param capacity - the number of messages that the unit holds, from its start to its stop
 */
export const connectionMetrics = (
  { add, record }: Pick<MetricsSink, 'add' | 'record'>,
  clock: () => number,
  capacity: number,
): ((state: ConnectionState) => void) => {
  let phase: 'connecting' | 'live' | 'reconnecting' | undefined; // none while it is stopped
  let since = 0; // the last change of state
  let lost: { readonly at: number; readonly cause: string } | undefined;

  return (state: ConnectionState) => {
    const before = phase;
    const at = clock();
    if (state.state === 'stopped') phase = undefined;
    else if (state.state === 'connected') phase = 'live';
    else phase = before === undefined || before === 'connecting' ? 'connecting' : 'reconnecting';

    if (before === undefined) for (const name of fromTheStart) add(name, 0);
    if (before === undefined) add('unitlink.client.queue.capacity', capacity);
    if (before === 'live') {
      const { cause, ...closure } = state.state === 'waiting' ? closureOf(state.cause) : ownClosure;
      record('unitlink.client.connection.duration', at - since);
      add('unitlink.client.connection.closures', 1, closure);
      if (cause === 'dead') add('unitlink.client.heartbeat.timeouts', 1);
      lost = { at, cause };
    } else {
      if (before !== undefined) add('unitlink.client.disconnected.time', at - since);
      if (state.state === 'waiting') {
        const failure = { outcome: 'failure', 'error.type': errorType(state.cause) };
        add('unitlink.client.connect.attempts', 1, failure);
      }
    }
    if (phase === 'live') {
      add('unitlink.client.connect.attempts', 1, { outcome: 'success' });
      if (lost) {
        add('unitlink.client.reconnects', 1, { cause: lost.cause });
        record('unitlink.client.recovery.duration', at - lost.at, { cause: lost.cause });
      }
    }
    if (phase === undefined || phase === 'live') lost = undefined;
    if (phase !== before) {
      if (before !== undefined) add('unitlink.client.connection.count', -1, { state: before });
      if (phase !== undefined) add('unitlink.client.connection.count', 1, { state: phase });
    }
    if (phase === undefined) add('unitlink.client.queue.capacity', -capacity);
    since = at;
  };
};
