import type { ValidateFunction } from 'ajv';
import { InvalidMessageError } from '../errors.js';
import type { AckData, UnitData } from './messages.js';
import { messageSchemas } from './message-schemas.js';
import { misfitOf, validatorOf } from './validator.js';
import { compileWriter, type Writer } from './writer.js';

interface Checked {
  readonly validate: ValidateFunction;
  readonly writer: Writer | undefined;
}

const checked = new Map<string, Checked>();

const checkedOf = (messageType: string): Checked => {
  const known = checked.get(messageType);
  if (known !== undefined) return known;
  const validate = validatorOf(messageType);
  const schema = messageSchemas.get(messageType);
  if (validate === undefined || schema === undefined)
    throw new InvalidMessageError('a messageType that the protocol does not know');
  const made = { validate, writer: compileWriter(schema) };
  checked.set(messageType, made);
  return made;
};

/**
 * The JSON text of a body: compact, in the order of its schema, without what is empty and optional.
 *
 * @throws {@link InvalidMessageError} where it does not fit its schema
 */
export const writeMessage = (data: UnitData | AckData): string => {
  const { messageType } = data;
  const { validate, writer } = checkedOf(messageType);
  if (!validate(data)) {
    const { path, reason } = misfitOf(validate);
    throw new InvalidMessageError(`a message of type ${messageType} is not valid: ${path || 'it'} ${reason}`, {
      path,
      reason,
    });
  }
  return JSON.stringify(writer === undefined || writer.isWritten(data) ? data : writer.write(data));
};
