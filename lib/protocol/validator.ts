import type { ErrorObject, ValidateFunction } from 'ajv';
import { checks } from './compiled/messages.js';

/** The member of a message that does not fit its schema, and the reason. */
export interface Misfit {
  /** The place, as a JSON pointer: `/items/0/tag`. */
  readonly path: string;
  /** In words that quote no value. */
  readonly reason: string;
}

/** The check of this message type; undefined if the type is unknown. */
export const validatorOf = (messageType: string): ValidateFunction | undefined =>
  Object.hasOwn(checks, messageType) ? checks[messageType] : undefined;

/** The report of ajv about the last value that did not fit, in plain words. */
export const misfitOf = ({ errors }: ValidateFunction): Misfit => {
  const [error] = errors ?? [];
  return error === undefined ? { path: '', reason: 'does not fit' } : misfit(error);
};

const misfit = ({ instancePath, keyword, message, params }: ErrorObject): Misfit => {
  const at = (member: unknown) => `${instancePath}/${String(member).slice(0, 60)}`;
  switch (keyword) {
    case 'required':
      return { path: at(params['missingProperty']), reason: 'is missing' };
    case 'additionalProperties':
      return { path: at(params['additionalProperty']), reason: 'is no member that the protocol knows' };
    case 'discriminator':
      return { path: at(params['tag']), reason: 'must be one that the protocol knows' };
    case 'enum':
      return { path: instancePath, reason: `must be one of ${(params['allowedValues'] as string[]).join(', ')}` };
    case 'format':
      return { path: instancePath, reason: 'must be a time such as 2026-03-02T08:15:30.000000Z' };
    default:
      return { path: instancePath, reason: (message ?? 'does not fit').replace('NOT', 'not') };
  }
};
