import { textOf } from '../errors.js';
import { redactText } from '../protocol/redact-text.js';

/** An error in the words that logs and events use; it holds no secret. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** The code of the error, or of the nearest of its causes that has one: an HTTP status, `ENOENT`, … */
  readonly code?: string | number;
}

const furthestCause = 8;

/** Describes whatever was thrown. */
export const describeError = (error: unknown): ErrorDescription => {
  if (!(error instanceof Error)) return { name: 'Error', message: redactText(String(error)) };
  const code = codeOf(error);
  const hasText = error.message !== '' || error instanceof AggregateError;
  const message = hasText ? textOf(error) : String(code ?? 'no message');
  return { name: error.name, message: redactText(message), ...(code === undefined ? {} : { code }) };
};

const codeOf = (error: Error): string | number | undefined => {
  let link: unknown = error;
  for (let distance = 0; distance < furthestCause && link instanceof Error; distance++, link = link.cause) {
    if ('code' in link && (typeof link.code === 'string' || typeof link.code === 'number')) return link.code;
  }
  return undefined;
};
