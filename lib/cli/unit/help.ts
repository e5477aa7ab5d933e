import { optionsHelp } from '../options/help.js';
import { unitOptionTable } from './options.js';

/** The help text of `unitlink unit`. */
export const unitHelp = (): string => `Usage: unitlink unit --system-id ID --ca FILE --cert FILE --key FILE [options]

Runs a unit: keeps it connected to its cloud and delivers messages at least once.

stdin takes one message a line:
  {"data":{"messageType":"alerts","items":[]},"id":"any text","lane":"urgent","ttl":60000}
  All but data is optional. id is repeated by the events about the message. lane is urgent, normal
  or bulk; ttl is in milliseconds; coalesceKey replaces the message with the same key that was not
  sent yet; overflow is reject, drop-oldest or drop-newest; policy is expectAck, the default, or
  sendOnly; keep is false for a message that --store does not keep; schema is strict, the default,
  or open, for messages with what this version does not know yet.
  A line that finds no room in the queue is rejected; with --wait-for-room it is not read until then.
  Once stdin has ended and its messages are delivered or dropped the unit stops, unless nothing came: see
  --exit-at-eof and --keep-running.

stdout has one JSON object a line; "event" distinguishes them:
  state     the connection: discovering, connecting, connected, waiting (attempt, delay, cause), stopped
  delivery  a step of a message: queued, sent, requeued, then acknowledged or dropped; also of what --store
            kept of an earlier run
  received  a message of the cloud, its secrets replaced by "***"; the cloud gets its ack once the line is written
  missing   so many events are missing here, because nobody read them: state, renewal, rejected frames, steps of
            messages that are not their last
  rejected  a line of stdin (with its number, and its id where that can be read), or a frame of the
            cloud, that was refused, with the reason
  renewal   a step of a renewal of certificates in --keystore: requested, installed, connected, refused, delayed,
            failed
  provisioning
            a request of the cloud about a node was answered out of --keystore: started, finished, deprovisioned
  stopped   the last line: the txns of the messages that were not delivered

SIGTERM, SIGINT and SIGQUIT stop it gracefully; a second one ends it at once. SIGHUP reads the files of
the credentials again, and reconnects if they have changed; where stdin is a terminal it stops.

Each option can also be given by the environment, --ack-timeout 5000 as UNITLINK_ACK_TIMEOUT=5000, or in
the file of --config. The line wins over the environment, and that over the file.

Under systemd (Type=notify, NotifyAccess=all) it reports that it is ready, its state, and that its event
loop runs (WatchdogSec=), by systemd-notify. With --metrics-port there are /metrics, the health checks
/healthz (the process answers) and /readyz (the unit is connected), and /status, which unitlink top shows.

Exit codes:
  0    it was stopped by a signal, or by the end of stdin, of which each message was delivered
  1    it stopped because of a failure, which stderr names: nobody reads stdout any more, or a fault; or
       at the end of stdin, of which a line was rejected or a message dropped
  2    an option cannot be, or what it names cannot be used
  128 and the number of the signal: the second one, such as 143 for SIGTERM

Options:
${optionsHelp(unitOptionTable)}
`;
