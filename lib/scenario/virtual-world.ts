import { BehaviorSubject } from 'rxjs';
import type { Listener } from '../server/listener.js';
import { cloudBreaks } from '../testing/cloud/breaks.js';
import { createFaultPlan } from '../testing/cloud/fault-plan.js';
import { cloudFaults } from '../testing/cloud/faults.js';
import { rememberTxns } from '../server/units/recent-txns.js';
import { createRecord } from '../testing/cloud/record.js';
import { cloudRenewal } from '../testing/cloud/renewal.js';
import { cloudSending } from '../testing/cloud/sending.js';
import { VirtualClock } from '../testing/virtual/clock.js';
import type { Credentials } from '../transport/types.js';
import type { Scenario } from './scenario.js';
import { discoveryUrl, urlOf, ModelCloud } from './virtual-cloud.js';
import { virtualKeystore } from './virtual-keystore.js';
import { whileTimePasses } from './while-time-passes.js';
import type { ScenarioWorld } from './world.js';

/** Returns a model of the cloud on loopback, with the same faults, on virtual time. */
export const virtualWorld = ({ cloudOptions = {}, options = {} }: Scenario): ScenarioWorld => {
  const { pingInterval = 0, acks = true, nextRequestDelay = null, secondSession = 'allow' } = cloudOptions;
  const virtualClock = new VirtualClock();
  const clock = virtualClock.world;
  const record = createRecord();
  const plan = createFaultPlan('token', nextRequestDelay);
  const sessionOptions = { plan, record, acks, pingInterval, isDuplicate: rememberTxns() };
  const cloud = new ModelCloud({ clock, plan, sessionOptions, secondSession });
  const { breaks } = cloudBreaks(cloud.sessions, [listenerOf(cloud)], record);
  const sending = cloudSending(cloud.sessions, record);
  const newCertificate = certificates();
  const renewal = cloudRenewal({
    authority: { sign: () => Promise.resolve(newCertificate()) },
    message$: record.message$,
    send: (...message) => sending.send(...message),
    defaults: () => ({ commonName: 'unit-1', discoveryUrls: [discoveryUrl] }),
  });
  const credentials$ = new BehaviorSubject<Credentials>({ ca: 'ca', cert: 'certificate 0a', key: 'key 0a' });
  return {
    cloud: { ...cloudFaults(plan), ...breaks, ...sending, ...renewal, event$: record.event$ },
    unitOptions: {
      credentials: credentials$,
      transport: cloud.transport,
      scheduler: clock,
      now: () => clock.now(),
      ...(options.keystore === true && { keystore: virtualKeystore() }),
    },
    renewCredentials: () => {
      const { cert, serial } = newCertificate();
      credentials$.next({ ca: 'ca', cert, key: `key ${serial}` });
      return Promise.resolve();
    },
    scheduler: clock,
    urlOf,
    during: (work) => whileTimePasses(virtualClock, work),
    end: () => Promise.resolve(),
  };
};

/** Returns certificates with the serials 0b, 0c and so on. */
const certificates = () => {
  let count = 10;
  return () => {
    const serial = (++count).toString(16).padStart(2, '0');
    return { cert: `certificate ${serial}`, serial };
  };
};

/** The port of a virtual cloud: an outage resets its sessions. */
const listenerOf = (cloud: ModelCloud): Listener => ({
  port: () => 0,
  open: () => {
    cloud.isDown = false;
    return Promise.resolve();
  },
  shut: () => {
    cloud.isDown = true;
    for (const session of cloud.sessions) session.reset();
    return Promise.resolve();
  },
  refuse: () => Promise.resolve(),
  reset: () => undefined,
});
