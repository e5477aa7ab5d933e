import type { WebSocket } from './web-socket.js';
import type { DashboardData } from '../protocol/subscription/messages.js';
import type { Channels } from './channels.js';
import { type Closing, createClosing } from './closing.js';
import { frameReader } from './frame-reader.js';
import { frameSender, type SendFrame } from './frame-sender.js';
import { maxFrame } from './frames.js';
import { createGreeting } from './greeting.js';
import type { Interception } from './interception.js';
import type { DashboardMetrics } from './metrics.js';
import type { Authentication } from './options.js';
import { createOutlet, type Outlet } from './outlet.js';
import type { ServerEvent, WithoutSession } from './server-events.js';
import { createSubscriptions, type Subscriptions } from './subscriptions.js';

/** Dependencies and limits that all connections of a server share. */
export interface ConnectionContext {
  readonly serverId: string;
  readonly channels: Channels;
  readonly metrics: DashboardMetrics;
  readonly interception: Interception;
  readonly authenticate: (token: string | undefined) => Authentication | Promise<Authentication>;
  readonly heartbeat: number;
  readonly helloTimeout: number;
  readonly maxSubscriptions: number;
  readonly bufferMark: number;
  readonly now: () => number;
  /** Called once a dashboard is let in. */
  readonly welcomed: (connection: Connection) => void;
}

/** An accepted WebSocket. */
export interface Link {
  readonly webSocket: WebSocket;
  /** Ends the TCP connection with a reset. */
  readonly reset: () => void;
  /** The session, counted from 1. */
  readonly session: number;
  /** The path and the query of the upgrade. */
  readonly url: string;
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
export const openConnection = (link: Link, context: ConnectionContext): Connection => {
  const { webSocket, session, url } = link;
  const { metrics, now, interception } = context;
  let clientId = '';
  let heart: NodeJS.Timeout | undefined;

  const outlet = createOutlet(webSocket, () => {
    subscriptions.flush();
  });
  const sendFrame = frameSender(outlet, () => clientId, now);
  const record = (event: WithoutSession<ServerEvent>): void => {
    interception.observe({ ...event, session, clientId });
  };
  const closing = createClosing(webSocket);
  const subscriptions = createSubscriptions({ ...context, sendFrame, outlet, record });
  const welcome = ({ lastSession }: DashboardData<'hello'>): void => {
    metrics.hello(clientId, lastSession !== undefined);
    sendWelcome(sendFrame, session, context);
    heart = setInterval(beat, context.heartbeat, sendFrame, subscriptions, context);
    context.welcomed(connection);
  };

  record({ kind: 'connection', url });
  metrics.connected();
  const greeting = createGreeting({ ...context, record, welcome, close: closing.close });
  const receive = frameReader({
    ...{ greeting, subscriptions, sendFrame, record, metrics, close: closing.close },
    identify: (id) => {
      clientId = id;
    },
  });
  const closed = new Promise<void>((resolve) => {
    webSocket.once('close', (code, reason) => {
      clearInterval(heart);
      for (const part of [greeting, closing]) part.stop();
      subscriptions.close();
      outlet.close();
      metrics.closed(code);
      record({ kind: 'closure', code, reason: reason.toString() });
      resolve();
    });
  });
  // What is wrong comes as the close that follows.
  webSocket.on('error', () => undefined).on('message', receive);

  const parts = { link, outlet, closing, subscriptions, sendFrame, serverId: context.serverId };
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
  sendFrame({ messageType: 'heartbeat', ts: context.now(), ...(Object.keys(seqs).length > 0 && { seqs }) });
};

interface Parts {
  readonly link: Link;
  readonly outlet: Outlet;
  readonly closing: Closing;
  readonly subscriptions: Subscriptions;
  readonly sendFrame: SendFrame;
  readonly serverId: string;
}

/** The part of a connection that acts on what was opened. */
const controls = (parts: Parts): Omit<Connection, 'clientId' | 'closed'> => {
  const { link, outlet, closing, subscriptions, sendFrame, serverId } = parts;
  const { webSocket, session, url, reset } = link;
  return {
    ...{ session, url, reset, close: closing.close },
    subscriptions: subscriptions.count,
    goaway: (reason, drainMs) => {
      sendFrame({ messageType: 'goaway', reason, drainMs, avoid: serverId });
    },
    silence: (on) => {
      closing.suspend(on);
      outlet.silence(on);
      if (on) webSocket.pause();
      else webSocket.resume();
    },
    delay: outlet.delay,
    skip: subscriptions.skip,
    replyToDeadGen: subscriptions.replyToDeadGen,
    endSubscriptions: subscriptions.endAll,
  };
};
