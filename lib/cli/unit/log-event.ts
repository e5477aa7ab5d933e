import type { ErrorDescription } from '../../observability/describe-error.js';
import type { Log } from '../../observability/log.js';
import { redactMessage } from '../../observability/redact-message.js';
import type { DeliveryEvent, RenewalStepEvent, StateEvent, UnitEvent } from './events.js';

/**
 * Logs for people what an event reports to programs; bodies only at the level `trace`, and never with their secrets.
 */
export const logUnitEvent = (log: Log, event: UnitEvent): void => {
  switch (event.event) {
    case 'state':
      log('info', () => stateText(event));
      if (event.storeError) log('error', causeText(event.storeError));
      break;
    case 'delivery':
      log('debug', () => deliveryText(event));
      break;
    case 'received':
      log('debug', () => `received ${event.message.data.messageType} ${event.message.header.txn}`);
      log('trace', () => `received ${JSON.stringify(redactMessage({ ...event.message }))}`);
      break;
    case 'rejected':
      log('warn', () =>
        event.source === 'stdin'
          ? `line ${event.line ?? 0} of stdin was rejected: ${event.reason}`
          : `a frame of the cloud was rejected: ${event.reason}`,
      );
      break;
    case 'renewal':
      logRenewal(log, event);
      break;
    case 'provisioning':
      if (event.error) log('error', `node ${event.node} was not ${provisioned[event.step]}: ${causeText(event.error)}`);
      else log('info', `node ${event.node} was ${provisioned[event.step]}`);
      break;
    case 'stopped':
      if (event.undelivered.length > 0) log('warn', `undelivered messages: ${event.undelivered.length}`);
  }
};

const provisioned = {
  started: 'given its keys',
  finished: 'given its certificates',
  deprovisioned: 'deprovisioned',
} as const;

const logRenewal = (log: Log, { step, certificates = [], failed = [], delay, error }: RenewalStepEvent): void => {
  const about = certificates.map(({ type, node, serial }) =>
    [`${type} of ${node}`, ...(serial === undefined ? [] : [serial])].join(' '),
  );
  if (step === 'delayed') log('warn', `the new connection is tried again in ${delay ?? 0} ms; the open one goes on`);
  else if (step !== 'failed')
    log(
      step === 'refused' ? 'error' : 'info',
      `certificates ${step}${about.length > 0 ? `: ${about.join(', ')}` : ''}`,
    );
  if (error) log('error', causeText(error));
  for (const { type, node, error: why } of [...certificates, ...failed])
    if (why) log('error', `the ${type} certificate of ${node} was not renewed: ${causeText(why)}`);
};

const stateText = (event: StateEvent): string => {
  switch (event.state) {
    case 'discovering':
      return 'asking service discovery';
    case 'connecting':
      return `connecting to ${event.url}`;
    case 'connected':
      return `connected to ${event.url}`;
    case 'waiting':
      return `attempt ${event.attempt} in ${event.delay} ms, because of ${causeText(event.cause)}`;
    case 'stopped':
      return 'stopped';
  }
};

const deliveryText = ({ messageType, txn, status, attempt, cause }: DeliveryEvent): string =>
  `${messageType} ${txn} ${status} (attempt ${attempt})${cause ? `, because of ${causeText(cause)}` : ''}`;

const causeText = ({ name, message }: ErrorDescription): string => `${name}: ${message}`;
