import { isObject, type JsonObject } from '../../protocol/read.js';

/** The payload of a `subscribe`. */
export interface Request {
  readonly query: string;
  readonly variables: JsonObject;
  readonly operationName: string | undefined;
  readonly extensions: JsonObject;
}

/** A message of a client of graphql-transport-ws. */
export type ClientMessage =
  | { readonly type: 'connection_init'; readonly token: string | undefined }
  | { readonly type: 'ping' | 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly request: Request }
  | { readonly type: 'complete'; readonly id: string };

/** The longest id, in characters. */
const maxId = 128;

/**
 * Reads a message of a client.
 *
 * @throws Error if it is none of the protocol; the message says why in a few words
 */
export const readClientMessage = (bytes: Uint8Array): ClientMessage => {
  const message: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (!isObject(message)) throw new Error('the message is no object');
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
      return { type, token: optional('token', objectOr('payload', payload)['token'], isText) };
    case 'ping':
    case 'pong':
      objectOr('payload', payload);
      return { type };
    case 'subscribe':
      return { type, id: idOf(id), request: requestOf(payload) };
    case 'complete':
      return { type, id: idOf(id) };
    default:
      throw new Error('a message of an unknown type');
  }
};

const isText = (value: unknown): value is string => typeof value === 'string';

const optional = <T>(name: string, value: unknown, fits: (value: unknown) => value is T): T | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!fits(value)) throw new Error(`${name} does not fit`);
  return value;
};

const objectOr = (name: string, value: unknown): JsonObject => optional(name, value, isObject) ?? {};

const idOf = (id: unknown): string => {
  if (!isText(id) || id === '' || id.length > maxId) throw new Error(`an id has 1 to ${maxId} characters`);
  return id;
};

const requestOf = (payload: unknown): Request => {
  if (!isObject(payload)) throw new Error('a subscribe has a payload');
  const { query, variables, operationName, extensions } = payload;
  if (!isText(query)) throw new Error('a subscribe has a query');
  return {
    query,
    variables: objectOr('variables', variables),
    operationName: optional('operationName', operationName, isText),
    extensions: objectOr('extensions', extensions),
  };
};
