import { InvalidMessageError } from '../errors.js';
import type { AckData, UnitData } from './messages.js';
import { messageSchemas } from './message-schemas.js';
import { misfitOf, validatorOf } from './validator.js';
import { wireFormOf, writeWireForm } from './wire-form.js';
import { compileWriter, type Write } from './writer.js';

const writers = new Map<string, Write>();

/**
 * The JSON text of a body: compact, in the order of its schema, without what is empty and optional.
 *
 * @throws {@link InvalidMessageError} where it does not fit its schema
 */
export const writeMessage = (data: UnitData | AckData): string => {
  const { messageType } = data;
  const isInWireForm = wireFormOf(messageType);
  if (isInWireForm === undefined) throw new InvalidMessageError('a messageType that the protocol does not know');
  return isInWireForm(data) ? writeWireForm(data) : JSON.stringify(bringIntoForm(messageType, data));
};

const bringIntoForm = (messageType: string, data: unknown): unknown => {
  const validate = validatorOf(messageType);
  if (validate !== undefined && !validate(data)) {
    const { path, reason } = misfitOf(validate);
    throw new InvalidMessageError(`a message of type ${messageType} is not valid: ${path || 'it'} ${reason}`, {
      path,
      reason,
    });
  }
  return writerOf(messageType)(data);
};

const writerOf = (messageType: string): Write => {
  const known = writers.get(messageType);
  if (known !== undefined) return known;
  const write = compileWriter(messageSchemas.get(messageType) ?? {});
  writers.set(messageType, write);
  return write;
};
