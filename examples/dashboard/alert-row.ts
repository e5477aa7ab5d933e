import type { Alert } from 'unitlink';
import { capacity } from './load.js';
import type { AlertRow } from './rows.js';

const severities: Partial<Record<Alert['tag'], AlertRow['severity']>> = {
  systemQuotaAlert: 'warning',
  resourceAllocateAlert: 'warning',
  updateItemInstanceAlert: 'warning',
  coreAlert: 'critical',
};

const textOf = (alert: Alert): string => {
  if (alert.tag === 'systemQuotaAlert')
    return `${alert.parameter.toUpperCase()} at ${Math.round((100 * alert.value) / capacity.dmips)} %`;
  return 'message' in alert ? alert.message : alert.tag;
};

/** An alert of a unit as the list shows it; `number` names it. */
export const alertRow = (unit: string, alert: Alert, number: number): AlertRow => ({
  id: `a-${number}`,
  at: Date.parse(alert.timestamp),
  unit,
  severity: severities[alert.tag] ?? 'info',
  text: textOf(alert),
});
