import type { Plan } from '../model/plan.js';
import { acks } from './acks.js';
import { detection } from './detection.js';
import { discovery } from './discovery.js';
import { draining } from './draining.js';
import { endpoints } from './endpoints.js';
import { expiry } from './expiry.js';
import { fates } from './fates.js';
import { faults } from './faults.js';
import { handlers } from './handlers.js';
import { keeping } from './keeping.js';
import { limits } from './limits.js';
import { listeners } from './listeners.js';
import { metrics } from './metrics.js';
import type { Monitor } from './monitor.js';
import { nacks } from './nacks.js';
import { oneLink } from './one-link.js';
import { order } from './order.js';
import { pace } from './pace.js';
import { poison } from './poison.js';
import { receiving } from './receiving.js';
import { resending } from './resending.js';
import { retries } from './retries.js';
import { sameBytes } from './same-bytes.js';
import { silence } from './silence.js';
import { states } from './states.js';
import { waits } from './waits.js';

/** All monitors, new, for a run of this plan. */
export const monitors = (plan: Plan): readonly Monitor[] => [
  fates(plan),
  draining(plan),
  sameBytes(),
  retries(plan),
  resending(),
  order(plan),
  expiry(),
  nacks(),
  poison(plan),
  silence(plan),
  acks(),
  keeping(plan),
  receiving(plan),
  handlers(plan),
  endpoints(plan),
  discovery(plan),
  oneLink(),
  detection(plan),
  waits(plan),
  limits(plan),
  pace(),
  states(),
  listeners(),
  metrics(),
  faults(),
];
