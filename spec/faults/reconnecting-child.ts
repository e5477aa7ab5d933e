import { connectDashboard } from '../../lib/dashboard/connect-dashboard.js';
import { aos } from '../../lib/operators/backoff.js';
import type { CloudCredentials } from '../../lib/testing/cloud/start-cloud.js';
import { connectUnit } from '../../lib/unit/connect-unit.js';
import { held } from './measure.js';

// A unit or a dashboard that its parent disconnects again and again, and asks by IPC what it holds: `before` there is
// any, `now`, and `after` it was stopped. The unit sends a message on each connection.

// Whatever uses these first would hold them from then on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** A unit or a dashboard. */
interface Subject {
  readonly stop: () => unknown;
}

const aUnit = (credentials: CloudCredentials): Subject => {
  const backoff = aos({ initialDelay: 1 });
  const unit = connectUnit({ systemId: 'unit-1', credentials, backoff, stableAfter: 0 });
  unit.addListener({
    onConnect: () => {
      unit.send({ messageType: 'alerts', items: [] });
    },
  });
  unit.handle('desiredStatus', () => undefined);
  unit.state$.subscribe(); // or it would warn once that nobody hears why it is offline
  return unit;
};

const aDashboard = (url: string): Subject => {
  const dashboard = connectDashboard({
    url,
    stableAfter: 1,
    reconnect: { initialDelay: 1, maxDelay: 1, slowRetry: 1, spread: 0, jitter: 0 },
  });
  for (let n = 0; n < 10; n++) dashboard.watch(`value-${n}`).subscribe();
  return dashboard;
};

let subject: Subject | undefined;
const answer = async (asked: unknown): Promise<void> => {
  if (typeof asked === 'string') {
    if (asked === 'after') await subject?.stop();
    process.send?.(await held());
    if (asked === 'after') process.disconnect();
  } else {
    const { url, credentials } = asked as { url?: string; credentials: CloudCredentials };
    subject = url === undefined ? aUnit(credentials) : aDashboard(url);
  }
};
process.on('message', (asked) => void answer(asked));
process.once('disconnect', () => process.exit());
