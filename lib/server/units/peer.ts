import type { Duplex } from 'node:stream';
import { type PeerCertificate, TLSSocket } from 'node:tls';

/** The other end of a TLS stream, by the certificate it presented. */
export interface Peer {
  readonly commonName: string;
  /** Upper-case hex. */
  readonly serial: string;
  /** True if TLS resumed an earlier session; the certificate is then the one shown in that session. */
  readonly resumed: boolean;
}

export const peerOf = (stream: Duplex): Peer => {
  if (!(stream instanceof TLSSocket)) return { commonName: '', serial: '', resumed: false };
  // Empty once the connection is gone, whatever its type says.
  const { serialNumber = '', subject } = stream.getPeerCertificate() as Partial<PeerCertificate>;
  return { commonName: [subject?.CN ?? []].flat()[0] ?? '', serial: serialNumber, resumed: stream.isSessionReused() };
};
