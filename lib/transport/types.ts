import type { Observable } from 'rxjs';

/** The identity of a unit, and the CAs that it trusts. */
export interface Credentials {
  /** The trust anchors, PEM; the system's own are not used. */
  readonly ca: string;
  /** The unit's certificate, PEM, followed by its intermediates. */
  readonly cert: string;
  /** The private key of the certificate: PEM, or the `pkcs11:` URI of a key that hardware holds (RFC 7512). */
  readonly key: string;
  /** The passphrase of an encrypted key. */
  readonly passphrase?: string;
}

/** The CAs that a unit trusts; its identity comes from its keystore. */
export interface TrustAnchors {
  /** The trust anchors, PEM; the system's own are not used. */
  readonly ca: string;
  /** Absent: the keystore has the certificate. */
  readonly cert?: undefined;
  /** Absent: the keystore has the key. */
  readonly key?: undefined;
}

/** A service discovery request. */
export interface DiscoverRequest {
  /** The URL. */
  readonly url: string;
  /** The body of the POST. */
  readonly body: string;
  /** The credentials of the TLS handshake. */
  readonly credentials: Credentials;
}

/** A WebSocket to be opened. */
export interface SocketRequest {
  /** The URL. */
  readonly url: string;
  /** The bearer token; may be empty. */
  readonly token: string;
  /** The credentials of the TLS handshake. */
  readonly credentials: Credentials;
}

/** An open WebSocket; it lives until the Observable that emitted it ends or is unsubscribed. */
export interface Socket {
  /** The URL as it may be shown. */
  readonly url: string;
  /** Emits each binary frame, or `text` for a text frame, which the protocol does not know. */
  readonly frame$: Observable<Uint8Array | 'text'>;
  /** Emits whenever bytes come in; `ping` and `pong` for those. */
  readonly activity$: Observable<'ping' | 'pong' | 'bytes'>;
  /** Emits whenever the network has accepted everything that had piled up. */
  readonly drain$: Observable<unknown>;
  /** The size of what was written and not yet accepted by the network, in bytes. */
  readonly bufferedAmount: number;
  /** Writes one binary frame. On a socket that is closing the frame is lost, like one that the network loses. */
  readonly send: (frame: string) => void;
  /**
   * Writes several binary frames, in few writes.
   *
   * @defaultValue `send` for one after the other
   */
  readonly sendBatch?: (frames: readonly string[]) => void;
  /** Asks the other side for a pong. */
  readonly ping: () => void;
  /**
   * Stops reading, acks and pings included; a few frames that were read before may still come. Absent if the socket
   * cannot.
   */
  readonly pause?: () => void;
  /** Continues reading; what came meanwhile is emitted in a later turn. */
  readonly resume?: () => void;
  /** Cuts the connection without waiting for the other side: for a link that is dead. */
  readonly abandon: () => void;
}

/** The time, and the discovery URLs that a unit has in addition to those of its certificate. */
export interface IdentifyOptions {
  /** The current time, in milliseconds since 1970. */
  readonly now: number;
  /** A discovery URL that is asked after those of the certificate. */
  readonly discoveryUrl?: string | undefined;
  /** A discovery URL that is asked instead of all others. */
  readonly overrideDiscoveryUrl?: string | undefined;
}

/** The access to the network: HTTP for discovery, a WebSocket for the rest. */
export interface Transport {
  /** Emits the body of the answer. Cold: unsubscribing cancels the request. */
  readonly discover: (request: DiscoverRequest) => Observable<string>;
  /**
   * Emits the socket once it is open. Fails with ConnectionClosedError at a close frame, with another error at every
   * other end. Unsubscribing closes with 1000.
   */
  readonly openSocket: (request: SocketRequest) => Observable<Socket>;
  /** Emits once no socket is left; a socket that does not close by itself is terminated within a quarter second. */
  readonly idle$: Observable<unknown>;
  /**
   * Returns the discovery URLs that the credentials lead to; throws CredentialsError if they cannot be used. For
   * transports without certificates.
   *
   * @defaultValue reads the certificate
   */
  readonly identify?: (credentials: Credentials, options: IdentifyOptions) => readonly string[];
}
