import { serveAcks } from './ack-peer.js';
import { listen, type Ports, type ServerIdentity } from './listen.js';
import { serveMqtt, serveMqttOnTcp } from './mqtt-peer.js';
import { serveNats } from './nats-peer.js';
import { serveSocketIo } from './socket-io-peer.js';

/** What a peer speaks. */
export type PeerKind = 'acks' | 'socket.io' | 'mqtt' | 'mqtt tcp' | 'nats';

/** What a peer is told when it starts. */
export interface PeerOrder {
  readonly kind: PeerKind;
  readonly identity: ServerIdentity;
}

const serve: Readonly<Record<PeerKind, (identity: ServerIdentity) => Promise<Ports>>> = {
  acks: (identity) => listen(identity, serveAcks),
  'socket.io': (identity) => listen(identity, serveSocketIo),
  mqtt: serveMqtt,
  'mqtt tcp': serveMqttOnTcp,
  nats: serveNats,
};

process.once('message', ({ kind, identity }: PeerOrder) => {
  void serve[kind](identity).then((ports) => process.send?.(ports));
});
process.once('disconnect', () => process.exit());
