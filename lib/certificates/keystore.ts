import type { ObservableInput } from 'rxjs';

/** Names a certificate of a unit: its type and the node that it belongs to. */
export interface CertificateId {
  /** `online`, `offline`, `iam`, `cm`, `sm`, … */
  readonly type: string;
  /** The codename of the node. */
  readonly node: string;
}

/** What a key is made for. */
export interface KeyRequest extends CertificateId {
  /** What the cloud sent along for this node, or the password of a provisioning request. Not to be shown or kept. */
  readonly secret: string;
}

/** A certificate as the cloud issued it. */
export interface IssuedChain extends CertificateId {
  /** PEM: the certificate, then its intermediates. */
  readonly chain: string;
  /**
   * Whether the unit connects with it. The pair that was in use is then to be kept until `commit`, for the case that the
   * cloud refuses this one.
   */
  readonly isOnTrial: boolean;
}

/** A certificate and its private key. */
export interface KeyPair {
  /** PEM: the certificate, then its intermediates. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** What an encrypted key is opened with. */
  readonly passphrase?: string;
}

/** The pair in use. */
export interface KeyPairInUse extends KeyPair {
  /** In hex. */
  readonly serial: string;
  /** Whether it has yet to connect, and another pair is kept until then. Default false. */
  readonly isOnTrial?: boolean;
}

/**
 * Where the keys of a unit are made and kept. Each answer may be a Promise or an Observable, and fails where the thing
 * cannot be done; what was in use then stays in use.
 */
export interface Keystore {
  /**
   * Makes a new key and gives the request for its certificate (PKCS#10, PEM). The pair in use stays in use. Asked again
   * before a certificate came, it may give the same request again.
   */
  readonly createKey: (request: KeyRequest) => ObservableInput<string>;
  /** Takes a certificate for a key that was made before: the two are in use from now on. Gives the serial in hex, which goes to the cloud as it is. */
  readonly applyCert: (certificate: IssuedChain) => ObservableInput<string>;
  /** The pair in use, where there is one. */
  readonly certificate: (id: CertificateId) => ObservableInput<KeyPairInUse | undefined>;
  /** The pair in use has connected: the one that was kept may go. */
  readonly commit?: (id: CertificateId) => ObservableInput<unknown>;
  /** The pair in use was refused: the one that was kept is in use from now on, and this one is kept in its place. */
  readonly rollback?: (id: CertificateId) => ObservableInput<unknown>;
  /** Takes a pair that was made elsewhere, where none is in use yet. */
  readonly importPair?: (pair: CertificateId & KeyPair) => ObservableInput<unknown>;
}
