/**
 * Builders for the messages that apps write often. They are pure functions.
 *
 * May import: protocol.
 *
 * @module
 */
export { alerts } from './alerts.js';
export { errorInfo } from './error-info.js';
export { monitoringData, type Usage } from './monitoring-data.js';
export { newState, stateChecksum, type InstanceIdent } from './new-state.js';
export { absentLog, failedLog, pushLog, type LogOrigin, type PushLogOptions } from './push-log.js';
export type { Time, Timed } from './time.js';
export { unitStatus, unitStatusDelta, type StatusSections } from './unit-status.js';
