import type { Observable } from 'rxjs';

/** The identity of a unit and whom it trusts. */
export interface Credentials {
  /** The trust anchors, PEM; the system's own are not used. */
  readonly ca: string;
  /** The unit's certificate, PEM, followed by its intermediates. */
  readonly cert: string;
  /** The private key of the certificate, PEM. */
  readonly key: string;
  /** What an encrypted key is opened with. */
  readonly passphrase?: string;
}

/** Whom a unit trusts; who it is comes from its keystore. */
export interface TrustAnchors {
  /** PEM; the system's own are not used. */
  readonly ca: string;
  readonly cert?: undefined;
  readonly key?: undefined;
}

/** A service discovery request. */
export interface DiscoverRequest {
  readonly url: string;
  readonly body: string;
  readonly credentials: Credentials;
}

/** A WebSocket to be opened. */
export interface SocketRequest {
  readonly url: string;
  /** The bearer token; may be empty. */
  readonly token: string;
  readonly credentials: Credentials;
}

/** An open WebSocket; it lives until the Observable that emitted it ends or is unsubscribed. */
export interface Socket {
  /** As it may be shown. */
  readonly url: string;
  /** Each binary frame; `text` for a text frame, which the protocol does not know. */
  readonly frame$: Observable<Uint8Array | 'text'>;
  /** A value whenever bytes came in; `ping` and `pong` for those. */
  readonly activity$: Observable<'ping' | 'pong' | 'bytes'>;
  /** A value whenever everything written was taken by the network after it had piled up. */
  readonly drain$: Observable<unknown>;
  /** What was written and not yet taken by the network, in bytes. */
  readonly bufferedAmount: number;
  /** Writes one binary frame. On a socket that is closing the frame is lost, like one that the network loses. */
  readonly send: (frame: string) => void;
  /** The same for several frames, in as few writes as is good. Default: one after the other. */
  readonly sendAll?: (frames: readonly string[]) => void;
  /** Asks the other side for a pong. */
  readonly ping: () => void;
  /** Reads nothing any more, neither acks nor pings; a few frames that were read before may still come. Default: cannot. */
  readonly pause?: () => void;
  /** Reads on; what came meanwhile is told in a later turn. */
  readonly resume?: () => void;
  /** Cuts the connection without waiting for the other side: for a link that is dead. */
  readonly abandon: () => void;
}

/** Where the clock stands, and where else than in its certificate a unit may be told to ask. */
export interface IdentifyOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Asked behind those that the certificate names. */
  readonly discoveryUrl?: string | undefined;
  /** Asked in the place of all others. */
  readonly overrideDiscoveryUrl?: string | undefined;
}

/** What reaches the network: HTTP for discovery, a WebSocket for the rest. */
export interface Transport {
  /** The body of the answer. Cold: unsubscribing cuts the request off. */
  readonly discover: (request: DiscoverRequest) => Observable<string>;
  /**
   * Emits the socket once it is open. Fails with ConnectionClosedError at a close frame, with another error at every
   * other end. Unsubscribing closes with 1000.
   */
  readonly openSocket: (request: SocketRequest) => Observable<Socket>;
  /** Emits once no socket is left; a socket that does not close by itself is cut off within a quarter second. */
  readonly idle$: Observable<unknown>;
  /**
   * The discovery URLs that the credentials lead to; throws CredentialsError where they cannot be used. Default: what
   * the certificate says. For transports that know no certificates.
   */
  readonly identify?: (credentials: Credentials, options: IdentifyOptions) => readonly string[];
}
