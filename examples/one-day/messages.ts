import type { UnitData } from 'unitlink';

const node = { codename: 'gw-main' };

/** A short status of the unit. */
export const unitStatus = (): UnitData => ({
  messageType: 'unitStatus',
  isDeltaInfo: false,
  nodes: [
    {
      identity: { ...node, title: 'Gateway' },
      nodeGroupSubject: { codename: 'gateway' },
      maxDmips: 24_000,
      totalRam: 4_294_967_296,
      osInfo: { os: 'linux' },
      state: 'provisioned',
      isConnected: true,
    },
  ],
});

/** The resources that the unit uses. */
export const monitoringData = (): UnitData => ({
  messageType: 'monitoringData',
  nodes: [
    { node, items: [{ timestamp: new Date().toISOString(), ram: 734_003_200, cpu: 1820, download: 0, upload: 0 }] },
  ],
});

/** An event that a person should look at. */
export const alert = (message: string): UnitData => ({
  messageType: 'alerts',
  items: [{ timestamp: new Date().toISOString(), tag: 'systemAlert', node, message }],
});
