import { request } from 'node:https';
import { createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import { filter, firstValueFrom } from 'rxjs';
import { connectUnit } from 'unitlink';
import { WebSocket, type ClientOptions } from 'ws';
import type { Target } from '../contenders/contender.js';
import { systemId } from '../message.js';
import type { Pair } from './pair.js';

/** What `node:https` and `ws` hand on to TLS. */
type TlsOptions = Pick<ConnectionOptions, 'secureContext'>;

const discover = (url: string, secureContext: SecureContext): Promise<void> =>
  new Promise((resolve, reject) => {
    const options: TlsOptions = { secureContext };
    const headers = { 'Content-Type': 'application/json' };
    const asked = request(url, { method: 'POST', agent: false, headers, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('close', () => {
        JSON.parse(text);
        resolve();
      });
    });
    asked.on('error', reject).end(JSON.stringify({ version: 7, systemId }));
  });

const open = (url: string, secureContext: SecureContext): Promise<void> =>
  new Promise((resolve, reject) => {
    const options: ClientOptions & TlsOptions = { perMessageDeflate: false, secureContext };
    const socket = new WebSocket(url, options);
    socket.on('open', () => {
      socket.terminate();
    });
    socket.on('close', resolve).on('error', reject);
  });

/** Discovery and a WebSocket over mutual TLS, and the end of it. By hand with one secure context for all. */
export const connecting = ({ url, discoveryUrl, credentials }: Target): Pair => {
  const context = createSecureContext({ ca: credentials.ca, cert: credentials.cert, key: credentials.key });
  const unit = connectUnit({ systemId, credentials, overrideDiscoveryUrl: discoveryUrl, autoStart: false });
  return {
    title: 'to connect, discovery and WebSocket over TLS',
    times: 10,
    bare: async (times) => {
      for (let n = 0; n < times; n++) {
        await discover(discoveryUrl, context);
        await open(url, context);
      }
    },
    unit: async (times) => {
      for (let n = 0; n < times; n++) {
        const connected = firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'connected')), {
          defaultValue: undefined,
        });
        unit.start();
        await connected;
        await unit.stop();
      }
    },
  };
};
