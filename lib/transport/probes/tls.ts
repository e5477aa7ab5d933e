import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { Observable } from 'rxjs';
import { tlsOptions } from '../tls-options.js';
import type { Credentials } from '../types.js';

/** The other side of a TLS handshake. */
export interface TlsTarget {
  /** The address of the host. */
  readonly address: string;
  readonly port: number;
  /** The name that the certificate of the server has to be made out to. */
  readonly host: string;
  readonly credentials: Credentials;
}

/** The result of a TLS handshake. */
export interface TlsReport {
  /** `TLSv1.3`, … */
  readonly protocol: string;
  readonly cipher: string;
  /** The time that it took, TCP included, in milliseconds. */
  readonly took: number;
  /** Of the server, its own certificate first. */
  readonly chain: readonly X509Certificate[];
  /** The code of the reason why a unit would not trust the server. */
  readonly untrusted?: string;
  /** The error that ended the connection though nothing was sent yet: usually a refusal of the client certificate. */
  readonly ended?: Error;
}

/**
 * The least time that a server has to refuse the client certificate, which under TLS 1.3 it reads last, in
 * milliseconds; otherwise it has the time of the handshake, which is two round trips.
 */
const patience = 50;

/**
 * Emits the result of a TLS handshake with the certificate of the unit, a second time if the server then ends the
 * connection, and completes. The server need not be trusted for that, since nothing is sent. Fails with the error of
 * the system or of OpenSSL if the handshake fails.
 */
export const probeTls = ({ address, port, host, credentials }: TlsTarget): Observable<TlsReport> =>
  new Observable((subscriber) => {
    let report: TlsReport | undefined;
    let timer: NodeJS.Timeout | undefined;
    const began = performance.now();
    const socket = connect({
      ...tlsOptions(credentials),
      host: address,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // Otherwise there would be no report about a server that is not trusted.
      rejectUnauthorized: false,
    });
    const end = (ended: Error) => {
      if (report === undefined) subscriber.error(ended);
      else {
        subscriber.next({ ...report, ended });
        subscriber.complete();
      }
    };
    socket.on('secureConnect', () => {
      const took = Math.round(performance.now() - began);
      // Node puts the code there, whatever its types say.
      const untrusted = socket.authorized ? undefined : String(socket.authorizationError);
      report = {
        protocol: socket.getProtocol() ?? '',
        cipher: socket.getCipher().name,
        took,
        chain: chainOf(socket.getPeerCertificate(true)),
        ...(untrusted === undefined ? {} : { untrusted }),
      };
      subscriber.next(report);
      if (untrusted !== undefined) subscriber.complete();
      else
        timer = setTimeout(
          () => {
            subscriber.complete();
          },
          Math.max(took, patience),
        );
    });
    socket.on('error', end);
    socket.on('end', () => {
      if (report !== undefined) end(new Error('the server ended the connection'));
    });
    socket.resume();
    return () => {
      clearTimeout(timer);
      socket.destroy();
    };
  });

/** A certificate that signed itself comes as its own issuer. */
const chainOf = (leaf: DetailedPeerCertificate): readonly X509Certificate[] => {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let next: Partial<DetailedPeerCertificate> | undefined = leaf;
  while (next?.raw !== undefined && next.fingerprint256 !== undefined && !seen.has(next.fingerprint256)) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
};
