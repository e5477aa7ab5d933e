import type { WebSocket } from './web-socket.js';
import type { DashboardData } from '../protocol/subscription/messages.js';
import type { Channels } from './channels.js';
import { type Closing, createClosing } from './closing.js';
import { dialectOf } from './dialect.js';
import type { SendFrame } from './frame-sender.js';
import { maxFrame } from './frames.js';
import type { IncomingMessage } from 'node:http';
import { createHolder } from './holder.js';
import type { Authenticate, Authorize } from './identity.js';
import type { IdentityShares } from './identity-shares.js';
import { createIntake, type Intake } from './intake.js';
import type { Interception } from './interception.js';
import type { MessageRate } from './message-rate.js';
import type { DashboardMetrics } from './metrics.js';
import { createOutlet, type Outlet } from './outlet.js';
import type { ServerEvent, WithoutSession } from './server-events.js';
import { createSubscriptions, type Subscriptions } from './subscriptions.js';

/** Dependencies and limits that all connections of a server share. */
export interface ConnectionContext {
  readonly serverId: string;
  readonly channels: Channels;
  readonly metrics: DashboardMetrics;
  readonly interception: Interception;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize | undefined;
  /** The connections of each identity. */
  readonly connectionShares: IdentityShares;
  /** The subscriptions of each identity. */
  readonly subscriptionShares: IdentityShares;
  readonly heartbeat: number;
  readonly helloTimeout: number;
  readonly maxSubscriptions: number;
  readonly bufferMark: number;
  /** A connection that more bytes than this wait for is cut. */
  readonly maxBuffered: number;
  readonly messageRate: MessageRate;
  readonly now: () => number;
  /** Called once a dashboard is let in. */
  readonly welcomed: (connection: Connection) => void;
}

/** An accepted WebSocket. */
export interface AcceptedSocket {
  readonly webSocket: WebSocket;
  /** Ends the TCP connection with a reset. */
  readonly reset: () => void;
  /** The session, counted from 1. */
  readonly session: number;
  /** The path and the query of the upgrade. */
  readonly url: string;
  readonly request: IncomingMessage;
}

/** One connection with a dashboard. */
export interface Connection {
  readonly session: number;
  readonly url: string;
  clientId(): string;
  /** Returns the number of open subscriptions. */
  subscriptions(): number;
  /** Asks the dashboard to go elsewhere within `drain` milliseconds. */
  goaway(reason: string, drain: number): void;
  /** Ends with a close frame. */
  readonly close: (code: number, reason: string) => void;
  /** Ends with a TCP reset. */
  readonly reset: () => void;
  /** While silent nothing is read or sent, nor the end of the connection seen. */
  silence(on: boolean): void;
  /** Delays each frame that is sent from now on, in milliseconds. */
  readonly delay: (latency: number) => void;
  /** The next updates of the topic are counted but not sent. */
  readonly skip: (topic: string, updates: number) => void;
  /** Sends an update of the previous generation to each subscription of the topic. */
  readonly replyToDeadGen: (topic: string, payload: unknown) => void;
  /** Ends every subscription with this code. */
  readonly endSubscriptions: (code: string) => void;
  /** Settles when the connection has ended. */
  readonly closed: Promise<void>;
}

/** Serves one dashboard until its link ends. */
export const openConnection = (link: AcceptedSocket, context: ConnectionContext): Connection => {
  const { webSocket, session, url, request } = link;
  const { metrics, now, interception, maxBuffered } = context;
  let clientId = '';
  let heart: NodeJS.Timeout | undefined;

  const drained = (): void => {
    subscriptions.flush();
  };
  const overflow = (): void => {
    metrics.limited('buffered');
    link.reset();
  };
  const outlet = createOutlet(webSocket, { drained, maxBuffered, overflow });
  const dialect = dialectOf(webSocket.protocol, { session, clientId: () => clientId, now });
  const sendFrame = dialect.sender(outlet);
  const record = (event: WithoutSession<ServerEvent>): void => {
    interception.observe({ ...event, session, clientId });
  };
  const closing = createClosing(webSocket);
  const close = (code: number, reason: string): void => {
    closing.close(dialect.closeCode(code), reason);
  };
  const subscriptions = createSubscriptions({
    ...{ ...context, sendFrame, outlet, record },
    identity: () => holder.identity(),
  });
  const welcome = ({ lastSession }: DashboardData<'hello'>): void => {
    metrics.hello(clientId, lastSession !== undefined);
    sendWelcome(sendFrame, session, context);
    heart = setInterval(beat, context.heartbeat, sendFrame, subscriptions, context);
    context.welcomed(connection);
  };

  record({ kind: 'connection', url });
  metrics.connected();
  const holder = createHolder({
    ...{ ...context, request, record, sendFrame, welcome, close, protocol: dialect.protocol },
    renewed: subscriptions.reauthorize,
  });
  const intake = createIntake(webSocket, context.messageRate);
  const receive = dialect.reader({
    ...{ greeting: holder, subscriptions, sendFrame, record, metrics, close: closing.close },
    identify: (id) => {
      clientId = id;
    },
  });
  const closed = new Promise<void>((resolve) => {
    webSocket.once('close', (code, reason) => {
      clearInterval(heart);
      for (const part of [holder, closing, intake]) part.stop();
      subscriptions.close();
      outlet.close();
      metrics.closed(code);
      record({ kind: 'closure', code, reason: reason.toString() });
      resolve();
    });
  });
  // What is wrong comes as the close that follows.
  webSocket
    .on('error', () => undefined)
    .on('message', (bytes) => {
      receive(bytes);
      if (!intake.count()) metrics.limited('rate');
    });

  const parts = { link, outlet, intake, closing, subscriptions, sendFrame, serverId: context.serverId };
  const connection: Connection = { ...controls(parts), clientId: () => clientId, closed };
  return connection;
};

const sendWelcome = (sendFrame: SendFrame, session: number, context: ConnectionContext): void => {
  const { serverId, now, heartbeat: heartbeatMs, maxSubscriptions } = context;
  const sessionId = `${serverId}-${session}-${now().toString(36)}`;
  sendFrame({ messageType: 'welcome', sessionId, serverId, heartbeatMs, limits: { maxSubscriptions, maxFrame } });
};

const beat = (sendFrame: SendFrame, subscriptions: Subscriptions, context: ConnectionContext): void => {
  if (context.interception.holdsHeartbeats()) return;
  const seqs = subscriptions.quietSeqs();
  const isSlow = subscriptions.takeSlow();
  if (isSlow) context.metrics.limited('slow');
  const more = { ...(Object.keys(seqs).length > 0 && { seqs }), ...(isSlow && { slow: true }) };
  sendFrame({ messageType: 'heartbeat', ts: context.now(), ...more });
};

interface Parts {
  readonly link: AcceptedSocket;
  readonly outlet: Outlet;
  readonly intake: Intake;
  readonly closing: Closing;
  readonly subscriptions: Subscriptions;
  readonly sendFrame: SendFrame;
  readonly serverId: string;
}

/** The part of a connection that acts on what was opened. */
const controls = (parts: Parts): Omit<Connection, 'clientId' | 'closed'> => {
  const { link, outlet, intake, closing, subscriptions, sendFrame, serverId } = parts;
  const { session, url, reset } = link;
  return {
    ...{ session, url, reset, close: closing.close },
    subscriptions: subscriptions.count,
    goaway: (reason, drainMs) => {
      sendFrame({ messageType: 'goaway', reason, drainMs, avoid: serverId });
    },
    silence: (on) => {
      closing.suspend(on);
      outlet.silence(on);
      intake.silence(on);
    },
    delay: outlet.delay,
    skip: subscriptions.skip,
    replyToDeadGen: subscriptions.replyToDeadGen,
    endSubscriptions: subscriptions.endAll,
  };
};
