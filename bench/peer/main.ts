import type { Server } from 'node:http';
import { serveAcks } from './ack-peer.js';
import { listen, type ServerIdentity } from './listen.js';
import { mqttBroker } from './mqtt-peer.js';
import { serveSocketIo } from './socket-io-peer.js';

/** What a peer speaks. */
export type PeerKind = 'acks' | 'socket.io' | 'mqtt';

/** What a peer is told when it starts. */
export interface PeerOrder {
  readonly kind: PeerKind;
  readonly identity: ServerIdentity;
}

const serverOf = async (kind: PeerKind): Promise<(server: Server) => void> =>
  kind === 'acks' ? serveAcks : kind === 'mqtt' ? mqttBroker() : serveSocketIo;

process.once('message', ({ kind, identity }: PeerOrder) => {
  void serverOf(kind)
    .then((serve) => listen(identity, serve))
    .then((ports) => process.send?.(ports));
});
process.once('disconnect', () => process.exit());
