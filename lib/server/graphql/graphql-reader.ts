import { checks } from '../../protocol/compiled/subscription.js';
import type { DashboardData } from '../../protocol/subscription/messages.js';
import type { FrameReaderOptions } from '../frame-reader.js';
import { type ClientMessage, readClientMessage, type Request } from './client-messages.js';
import type { Operations } from './operations.js';
import { type Operation, readOperation } from './read-operation.js';
import { DocumentError } from './tokens.js';

/** The name of the protocol as a subprotocol of WebSockets. */
export const graphqlProtocol = 'graphql-transport-ws';

/** Dependencies of {@link graphqlReader}. */
export interface GraphqlReaderOptions extends FrameReaderOptions {
  readonly operations: Operations;
  /** The name of the client, which does not say one itself. */
  readonly clientId: string;
}

/** Reads messages of a client of graphql-transport-ws; closes the connection as the protocol says on one that is wrong. */
export const graphqlReader =
  (options: GraphqlReaderOptions): ((bytes: Buffer) => void) =>
  (bytes) => {
    let message: ClientMessage;
    try {
      message = readClientMessage(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      options.record({ kind: 'unreadable', reason });
      options.close(4400, reason.slice(0, 100));
      return;
    }
    handle(message, options);
  };

const handle = (message: ClientMessage, options: GraphqlReaderOptions): void => {
  const { greeting, subscriptions, operations, sendFrame, record, close, identify, clientId } = options;
  switch (message.type) {
    case 'connection_init':
      if (!greeting.isAwaited()) {
        close(4429, 'Too many initialisation requests');
        return;
      }
      identify(clientId);
      greeting.greet({ messageType: 'hello', protocol: graphqlProtocol, token: message.token });
      return;
    case 'ping':
      record({ kind: 'ping', t: 0 });
      sendFrame({ messageType: 'pong', t: 0 });
      return;
    case 'subscribe':
      if (!greeting.isDone()) close(4401, 'Unauthorized');
      else if (operations.has(message.id)) close(4409, `Subscriber for ${message.id} already exists`.slice(0, 100));
      else subscribe(message.id, message.request, options);
      return;
    case 'complete':
      if (operations.end(message.id))
        subscriptions.unsubscribe({ messageType: 'unsubscribe', subId: message.id, gen: 1 }, message.id);
      return;
    case 'pong':
  }
};

/** Begins an operation, or sends its error. */
const subscribe = (
  id: string,
  request: Request,
  { operations, subscriptions, sendFrame }: GraphqlReaderOptions,
): void => {
  let operation: Operation;
  try {
    operation = readOperation(request.query, request.variables, request.operationName);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    operations.begin(id, '');
    sendFrame({ messageType: 'ended', subId: id, gen: 1, code: 'invalid-params', reason: error.message });
    return;
  }
  operations.begin(id, operation.name);
  const data = subscribeOf(id, operation, request);
  if (data !== undefined) subscriptions.subscribe(data, id);
  else {
    const reason = 'resume or maxRateHz in the extensions does not fit';
    sendFrame({ messageType: 'ended', subId: id, gen: 1, code: 'invalid-params', reason });
  }
};

const subscribeOf = (
  subId: string,
  { topic, params }: Operation,
  { extensions: { resume, maxRateHz } }: Request,
): DashboardData<'subscribe'> | undefined => {
  const more = { ...(resume != null && { resume }), ...(maxRateHz != null && { maxRateHz }) };
  const data = { messageType: 'subscribe', subId, gen: 1, topic, params, ...more };
  return checks['subscribe']?.(data) === true ? (data as DashboardData<'subscribe'>) : undefined;
};
