import type { UnitData } from 'unitlink';

const node = { codename: 'gw-main' };

/** What runs on the unit, in short. */
export const unitStatus = (): UnitData => ({
  messageType: 'unitStatus',
  isDeltaInfo: false,
  nodes: [{ identity: node, state: 'provisioned', isConnected: true }],
});

/** What the unit needs to run it. */
export const monitoringData = (): UnitData => ({
  messageType: 'monitoringData',
  nodes: [{ node, items: [{ timestamp: new Date().toISOString(), ram: 734_003_200, cpu: 1820 }] }],
});

/** Something that a person should look at. */
export const alert = (message: string): UnitData => ({
  messageType: 'alerts',
  items: [{ timestamp: new Date().toISOString(), tag: 'systemAlert', node, message }],
});
