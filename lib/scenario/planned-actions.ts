import type { CloudActionTable, CloudStage } from './cloud-action-table.js';

/** The actions that plan faults of discovery, upgrades and acks. */
export type PlannedAction =
  | 'failDiscovery'
  | 'answerDiscovery'
  | 'redirectDiscovery'
  | 'delayDiscoveries'
  | 'refuseUpgrades'
  | 'expireToken'
  | 'acceptThenClose'
  | 'nack'
  | 'dropAcks'
  | 'clearFaults';

/** Returns the actions that plan faults. */
export const plannedActions = ({ world: { cloud, urlOf } }: CloudStage): CloudActionTable<PlannedAction> => ({
  failDiscovery: (options) => {
    cloud.failDiscovery(withHeaders(options));
  },
  answerDiscovery: ({ endpoints, ...options }) => {
    cloud.answerDiscovery({ ...options, ...(endpoints && { connectionInfo: endpoints.map(urlOf) }) });
  },
  redirectDiscovery: (options) => {
    cloud.redirectDiscovery(options);
  },
  delayDiscoveries: (delay) => {
    cloud.delayDiscoveries(delay);
  },
  refuseUpgrades: (options) => {
    cloud.refuseUpgrades(withHeaders(options));
  },
  expireToken: () => {
    cloud.expireToken();
  },
  acceptThenClose: ({ times, code }) => {
    cloud.acceptThenClose(times, code);
  },
  nack: (options) => {
    cloud.nack(options);
  },
  dropAcks: (times) => {
    cloud.dropAcks(times);
  },
  clearFaults: () => {
    cloud.clearFaults();
  },
});

const withHeaders = <Options extends { readonly retryAfter?: number }>({ retryAfter, ...options }: Options) => ({
  ...options,
  ...(retryAfter !== undefined && { headers: { 'Retry-After': String(Math.ceil(retryAfter / 1000)) } }),
});
