import { connect, type IClientOptions } from 'mqtt';
import { dataOf, envelopeOf, txnOf } from '../message.js';
import type { ContenderFactory } from './contender.js';

const options: IClientOptions = { manualConnect: true, reconnectPeriod: 0 };

const overProtocol = (protocol: 'ws' | 'mqtt'): ContenderFactory => ({
  create: ({ url, credentials: { ca, cert, key } }) => {
    // With a certificate it makes wss of ws.
    const secure = url.startsWith('wss:') && { ca, cert, key };
    const client = connect(url.replace(/^ws/, protocol), { ...options, ...secure });
    return {
      connect: () => {
        client.connect();
      },
      send: (n, onAck) => {
        client.publish('units/bench', JSON.stringify(envelopeOf(txnOf(n), dataOf(n))), { qos: 1 }, (error) => {
          if (error) console.error(error);
          else onAck();
        });
      },
    };
  },
  createIdle: () => connect(`${protocol}://127.0.0.1:1`, options),
});

/** QoS 1 over WebSocket. */
export const mqttClient: ContenderFactory = overProtocol('ws');

/** QoS 1 over TCP. */
export const mqttOverTcp: ContenderFactory = overProtocol('mqtt');
