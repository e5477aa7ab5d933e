import type { Alert, Timed } from 'unitlink';
import { capacity, type Load } from './load.js';

const node = { codename: 'main' };
const subject = { id: '1c2a0b7e-6f1d-4a55-8b0e-3d5f7a9c1e20' };
const item = { id: '0b7d1c1e-5a4f-4c53-9d8f-2e0f6c1a9b10', type: 'service' } as const;
const version = '1.4.2';

/** From one alert of chance to the next takes about so many samples. */
const meanPause = 150;
/** The part of its DMIPS above which a unit says so. */
const quota = 0.82;

type Incident = (timestamp: number) => Timed<Alert>;

const incidents: readonly Incident[] = [
  (timestamp) => ({ timestamp, tag: 'systemAlert', node, message: 'eth0: link is up again after 1.2 s' }),
  (timestamp) => ({ timestamp, tag: 'systemAlert', node, message: 'Clock stepped by 38 ms' }),
  (timestamp) => ({
    timestamp,
    tag: 'coreAlert',
    node,
    coreComponent: 'SM',
    message: 'An instance crashed and was restarted',
  }),
  (timestamp) => ({ timestamp, tag: 'coreAlert', node, coreComponent: 'IAM', message: 'The key store did not answer' }),
  (timestamp) => ({
    ...{ timestamp, tag: 'updateItemInstanceAlert', item, subject, instance: 0, version },
    message: 'Camera 2 gave no frame for 3 s',
  }),
  (timestamp) => ({
    ...{ timestamp, tag: 'resourceAllocateAlert', item, subject, instance: 1, node, deviceId: 'gpu0' },
    message: 'gpu0 is in use by another instance',
  }),
];

/** The events that a unit reports in addition to its load: by chance, and whenever its load goes beyond the quota. */
export const createIncidents = (): ((at: number, load: Load) => readonly Timed<Alert>[]) => {
  let beyond = false;
  return (timestamp, { cpu }) => {
    const was = beyond;
    beyond = cpu > (was ? quota - 0.1 : quota);
    if (beyond && !was)
      return [{ timestamp, tag: 'systemQuotaAlert', node, parameter: 'cpu', value: Math.round(cpu * capacity.dmips) }];
    const incident = incidents[Math.floor(Math.random() * incidents.length * meanPause)];
    return incident === undefined ? [] : [incident(timestamp)];
  };
};
