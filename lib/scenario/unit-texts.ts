import { describeError } from '../observability/describe-error.js';
import { ConnectionLostError } from '../errors.js';
import type { DeliveryReport } from '../delivery/outgoing-message.js';
import type { RenewalEvent } from '../unit/renewal-event.js';
import type { UnitState } from '../unit/unit.js';

/** An event as text, and details that may differ from run to run. */
export type SeenText = readonly [text: string, detail?: string];

/** A state in words that are the same in each run. */
export const stateText = (state: UnitState): SeenText => {
  switch (state.state) {
    case 'connecting':
    case 'connected':
      return [`unit ${state.state}`, state.url];
    case 'waiting':
      return [`unit waiting ${state.attempt} ${state.delay}ms ${nameOf(state.cause)}`, messageOf(state.cause)];
    default:
      return [`unit ${state.state}`];
  }
};

/** A step of the message of this name. */
export const deliveryText = (name: string, { status, attempt, cause }: DeliveryReport): SeenText => {
  const words = ['message', name, status, ...(attempt > 0 ? [attempt] : [])].join(' ');
  return cause === undefined ? [words] : [`${words} ${nameOf(cause)}`, messageOf(cause)];
};

/** A step of a renewal of certificates. */
export const renewalText = (event: RenewalEvent): SeenText =>
  'error' in event
    ? [`unit renewal ${event.step} ${nameOf(event.error)}`, messageOf(event.error)]
    : [`unit renewal ${event.step}`];

/** An error by its name and its status or close code. The codes of systems are not the same everywhere. */
const nameOf = (error: unknown): string => {
  const { name } = describeError(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isTelling = typeof code === 'number' && !(error instanceof ConnectionLostError);
  return isTelling ? `${name} ${code}` : name;
};

const messageOf = (error: unknown): string => describeError(error).message;

/** An error, and what it says. */
export const errorText = (error: unknown): readonly [text: string, detail: string] => [nameOf(error), messageOf(error)];
