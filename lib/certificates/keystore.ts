import type { ObservableInput } from 'rxjs';

/** Names a certificate of a unit: its type and the node that it belongs to. */
export interface CertificateId {
  /** `online`, `offline`, `iam`, `cm`, `sm`, … */
  readonly type: string;
  /** The codename of the node. */
  readonly node: string;
}

/** The purpose of a new key. */
export interface KeyRequest extends CertificateId {
  /** The secret of the cloud for this node, or the password of a provisioning request. Not to be shown or kept. */
  readonly secret: string;
}

/** A certificate as the cloud issued it. */
export interface IssuedChain extends CertificateId {
  /** The certificate, then its intermediates, in PEM. */
  readonly chain: string;
  /**
   * True if the unit connects with it. The pair that was in use is then to be kept until `commit`, in case the cloud refuses
   * this one.
   */
  readonly isOnTrial: boolean;
}

/** A certificate and its private key. */
export interface KeyPair {
  /** The certificate, then its intermediates, in PEM. */
  readonly cert: string;
  /** The private key in PEM. */
  readonly key: string;
  /** The passphrase of an encrypted key. */
  readonly passphrase?: string;
}

/** The pair in use. */
export interface KeyPairInUse extends KeyPair {
  /** The serial in hex. */
  readonly serial: string;
  /**
   * True if it has yet to connect, and another pair is kept until then.
   *
   * @defaultValue false
   */
  readonly isOnTrial?: boolean;
}

/**
 * Makes and keeps the keys of a unit. Each method may return a Promise or an Observable, and fails if it cannot be done; the
 * pair in use then stays in use.
 */
export interface Keystore {
  /**
   * Makes a new key and returns the request for its certificate (PKCS#10, PEM). The pair in use stays in use. Asked again
   * before a certificate came, it may return the same request again.
   */
  readonly createKey: (request: KeyRequest) => ObservableInput<string>;
  /**
   * Installs a certificate for a key that was made before: the two are in use from now on. Returns the serial in hex, which
   * is sent to the cloud as it is.
   */
  readonly applyCert: (certificate: IssuedChain) => ObservableInput<string>;
  /** Returns the pair in use; undefined if there is none. */
  readonly certificate: (id: CertificateId) => ObservableInput<KeyPairInUse | undefined>;
  /** Called when the pair in use has connected: the one that was kept may be removed. */
  readonly commit?: (id: CertificateId) => ObservableInput<unknown>;
  /** Called when the pair in use was refused: the one that was kept is in use from now on, and this one is kept instead. */
  readonly rollback?: (id: CertificateId) => ObservableInput<unknown>;
  /** Takes a pair that was made elsewhere, if none is in use yet. */
  readonly importPair?: (pair: CertificateId & KeyPair) => ObservableInput<unknown>;
}
