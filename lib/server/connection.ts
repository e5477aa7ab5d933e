import type { WebSocket } from 'ws';
import { type DashboardData, subscriptionProfile } from '../protocol/subscription/messages.js';
import type { BookEntryBody, OpenBooks, Unsigned } from './journal.js';
import type { Channels } from './channel.js';
import { maxFrame, readFrame, type DashboardFrame } from './frames.js';
import type { DashboardMetrics } from './metrics.js';
import type { Authentication } from './options.js';
import { createOutlet } from './outlet.js';
import type { DashboardPlan } from './fault-plan.js';
import { sayTo } from './send-frame.js';
import { createSubscriptions } from './subscriptions.js';

export interface ConnectionContext {
  readonly serverId: string;
  readonly channels: Channels;
  readonly books: OpenBooks;
  readonly metrics: DashboardMetrics;
  readonly plan: DashboardPlan;
  readonly authenticate: (token: string | undefined) => Authentication | Promise<Authentication>;
  readonly heartbeat: number;
  readonly helloTimeout: number;
  readonly maxSubscriptions: number;
  readonly bufferMark: number;
  readonly now: () => number;
  /** Called once a dashboard is let in. */
  readonly welcomed: (connection: Connection) => void;
}

export interface Link {
  readonly webSocket: WebSocket;
  /** Ends the TCP connection with a reset. */
  readonly reset: () => void;
  /** The session, counted from 1. */
  readonly session: number;
  /** The path and the query of the upgrade. */
  readonly url: string;
}

/** One WebSocket with a dashboard. */
export interface Connection {
  readonly session: number;
  readonly url: string;
  clientId(): string;
  /** How many subscriptions there are. */
  subscriptions(): number;
  goaway(reason: string, drain: number): void;
  /** Ends with a close frame. */
  close(code: number, reason: string): void;
  /** Ends with a TCP reset. */
  readonly reset: () => void;
  /** Nothing is read nor sent, nor the end of the connection seen, until it is switched off. */
  silence(on: boolean): void;
  /** In milliseconds, of whatever is sent. */
  delay(latency: number): void;
  /** The next updates of the topic are not sent, though they are counted. */
  skip(topic: string, updates: number): void;
  /** An update under the generation before, for each subscription of the topic. */
  replyToDeadGen(topic: string, payload: unknown): void;
  /** Every subscription is over, with this code. */
  endSubscriptions(code: string): void;
  /** Settles when it is over. */
  readonly closed: Promise<void>;
}

/** How long a dashboard may take to answer a close frame, in milliseconds. */
const closePatience = 1000;

/** Serves one dashboard until its link ends. */
export const openConnection = ({ webSocket, reset, session, url }: Link, context: ConnectionContext): Connection => {
  const { serverId, channels, books, metrics, plan, now } = context;
  const sessionId = `${serverId}-${session}-${now().toString(36)}`;
  let clientId = '';
  let greeting: 'awaited' | 'checked' | 'done' = 'awaited';
  let silent = false;
  let heart: NodeJS.Timeout | undefined;
  let patience: NodeJS.Timeout | undefined;

  const outlet = createOutlet(webSocket, () => {
    subscriptions.flush();
  });
  const say = sayTo(outlet, () => clientId, now);
  const add = (entry: Unsigned<BookEntryBody>): void => {
    books.add({ ...entry, session, clientId });
  };
  const { maxSubscriptions, bufferMark } = context;
  const subscriptions = createSubscriptions({ channels, plan, say, outlet, add, now, maxSubscriptions, bufferMark });

  const close = (code: number, reason: string): void => {
    if (silent || webSocket.readyState >= webSocket.CLOSING) return;
    clearTimeout(patience);
    webSocket.close(code, reason);
    patience = setTimeout(() => {
      webSocket.terminate();
    }, closePatience);
  };

  const beat = (): void => {
    if (plan.holdsHeartbeats) return;
    const seqs = subscriptions.quietSeqs();
    say({ messageType: 'heartbeat', ts: now(), ...(Object.keys(seqs).length > 0 && { seqs }) });
  };

  const welcome = (): void => {
    greeting = 'done';
    const limits = { maxSubscriptions, maxFrame };
    say({ messageType: 'welcome', sessionId, serverId, heartbeatMs: context.heartbeat, limits });
    heart = setInterval(beat, context.heartbeat);
    context.welcomed(connection);
  };

  const greet = async (hello: DashboardData<'hello'>): Promise<void> => {
    greeting = 'checked';
    const { token, protocol, lastSession } = hello;
    const answer = protocol === subscriptionProfile ? await context.authenticate(token) : 'ok';
    clearTimeout(patience);
    add({ kind: 'hello', protocol, lastSession, hasToken: token !== undefined, answer });
    if (protocol !== subscriptionProfile) close(4400, `this server speaks ${subscriptionProfile}`);
    else if (answer === 'refuse') close(4401, 'the token is refused');
    else if (answer === 'forbid') close(4403, 'forbidden');
    else {
      metrics.hello(clientId, lastSession !== undefined);
      welcome();
    }
  };

  const take = ({ txn, data }: DashboardFrame): void => {
    switch (data.messageType) {
      case 'hello':
        if (greeting === 'awaited')
          greet(data).catch((error: unknown) => {
            close(1011, `the token could not be checked: ${String(error)}`.slice(0, 100));
          });
        break;
      case 'subscribe':
        subscriptions.subscribe(data, txn);
        break;
      case 'unsubscribe':
        subscriptions.unsubscribe(data, txn);
        break;
      case 'ping':
        add({ kind: 'ping', t: data.t });
        say({ messageType: 'pong', t: data.t });
        break;
      case 'linkReport':
        add({ kind: 'linkReport', report: data });
        metrics.report(data);
        break;
      case 'pong':
    }
  };

  const receive = (bytes: Buffer): void => {
    let frame: DashboardFrame | undefined;
    try {
      frame = readFrame(bytes);
      if (frame !== undefined && greeting !== 'done' && frame.data.messageType !== 'hello')
        throw new Error('hello comes first, and its welcome');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      add({ kind: 'unreadable', reason });
      close(4400, reason.slice(0, 100));
      return;
    }
    if (frame === undefined) return;
    if (greeting === 'awaited') ({ clientId } = frame);
    take(frame);
  };

  const closed = new Promise<void>((resolve) => {
    webSocket.once('close', (code, reason) => {
      clearInterval(heart);
      clearTimeout(patience);
      subscriptions.close();
      outlet.close();
      metrics.closed(code);
      add({ kind: 'closure', code, reason: reason.toString() });
      resolve();
    });
  });

  add({ kind: 'connection', url });
  metrics.connected();
  outlet.delay(plan.latency);
  patience = setTimeout(() => {
    close(4408, 'no hello in time');
  }, context.helloTimeout);
  // What is wrong comes as the close that follows.
  webSocket.on('error', () => undefined).on('message', receive);

  const connection: Connection = {
    session,
    url,
    clientId: () => clientId,
    subscriptions: () => subscriptions.count(),
    goaway: (reason, drainMs) => {
      say({ messageType: 'goaway', reason, drainMs, avoid: serverId });
    },
    close,
    reset,
    silence: (on) => {
      silent = on;
      outlet.silence(on);
      if (on) webSocket.pause();
      else webSocket.resume();
    },
    delay: (latency) => {
      outlet.delay(latency);
    },
    skip: (topic, updates) => {
      subscriptions.skip(topic, updates);
    },
    replyToDeadGen: (topic, payload) => {
      subscriptions.replyToDeadGen(topic, payload);
    },
    endSubscriptions: (code) => {
      subscriptions.endAll(code);
    },
    closed,
  };
  return connection;
};
