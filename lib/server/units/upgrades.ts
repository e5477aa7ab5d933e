import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { SessionLink } from './session.js';
import { dripFirstWrite } from './drip.js';
import { type Peer, peerOf } from './peer.js';
import type { Tokens } from './tokens.js';
import type { UnitFaults, UnitRecord } from './unit-faults.js';

/** The path of the WebSocket for units. */
export const ENDPOINT_PATH = '/ws/v7/';

export interface UpgradeOptions {
  readonly tokens: Tokens;
  readonly plan: Pick<UnitFaults, 'upgrades'>;
  readonly record: UnitRecord;
  /** The largest frame that is read, in bytes. */
  readonly maxFrame: number;
  /** Ends the TCP connection under a TLS stream with a reset. */
  readonly reset: (stream: Duplex) => void;
  /** True while no further session is opened. */
  readonly isLeaving: () => boolean;
  /** Returns true if the unit may open this session. */
  readonly admits: (peer: Peer) => boolean;
  /** Takes over an accepted WebSocket. */
  readonly accept: (link: SessionLink) => void;
}

const refuse = (stream: Duplex, status: number, headers: Readonly<Record<string, string>>): void => {
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  stream
    .on('error', () => undefined)
    .once('finish', () => stream.destroy())
    .end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
};

const tokenOf = ({ headers }: IncomingMessage): string => /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '';

/** Accepts WebSockets that bring a token in force, or does what a fault says. */
export const answerUpgrades = (
  options: UpgradeOptions,
): ((request: IncomingMessage, stream: Duplex, head: Buffer) => void) => {
  const { tokens, plan, record, maxFrame, reset, isLeaving, admits, accept } = options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: maxFrame,
  });

  server.on('wsClientError', (_error, stream) => {
    const { serial, resumed } = peerOf(stream);
    record.add({ kind: 'upgrade', status: 400, tokenValid: true, serial, resumed });
    refuse(stream, 400, {});
  });

  return (request, stream, head) => {
    const peer = peerOf(stream);
    const tokenValid = tokens.check(tokenOf(request), peer.commonName);
    const answered = (status: number): void => {
      record.add({ kind: 'upgrade', status, tokenValid, serial: peer.serial, resumed: peer.resumed });
    };
    const refused = (status: number, headers: Readonly<Record<string, string>> = {}): void => {
      answered(status);
      refuse(stream, status, headers);
    };

    if (request.url?.replace(/\?.*/, '') !== ENDPOINT_PATH) {
      refused(404);
      return;
    }
    if (!tokenValid) {
      refused(401);
      return;
    }
    if (isLeaving()) {
      refused(503);
      return;
    }
    if (!admits(peer)) {
      refused(409);
      return;
    }
    const step = plan.upgrades.next();
    if (step?.kind === 'refuse') {
      refused(step.status, step.headers);
      return;
    }
    const answering = step?.kind === 'drip' ? dripFirstWrite(stream, step.interval) : stream;
    server.handleUpgrade(request, answering, head, (webSocket) => {
      answered(101);
      accept({
        webSocket,
        stream: answering,
        peer,
        reset: () => {
          reset(stream);
        },
      });
      if (step?.kind === 'close') webSocket.close(step.code);
    });
  };
};
