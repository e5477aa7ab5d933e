import type { Duplex } from 'node:stream';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** Who is at the other end of a TLS stream, by the certificate it presented. */
export interface Peer {
  readonly commonName: string;
  /** Upper-case hex. */
  readonly serial: string;
  /** Whether TLS resumed an earlier session, in which case the certificate is the one shown back then. */
  readonly resumed: boolean;
}

export const peerOf = (stream: Duplex): Peer => {
  if (!(stream instanceof TLSSocket)) return { commonName: '', serial: '', resumed: false };
  // Empty once the connection is gone, whatever its type says.
  const { serialNumber = '', subject } = stream.getPeerCertificate() as Partial<PeerCertificate>;
  return { commonName: [subject?.CN ?? []].flat()[0] ?? '', serial: serialNumber, resumed: stream.isSessionReused() };
};
