import type { CertificateId } from '../certificates/keystore.js';
import type { CertificateOutcome } from './certificate-messages.js';

/** The state of renewals between two messages of the cloud. */
export class RenewalMemory {
  readonly #asked = new Map<string, string>();
  readonly #renewed = new Map<string, { readonly from: string; readonly to: string }>();
  #settled: readonly CertificateOutcome[] = [];

  /** Remembers the serial that the cloud wants to have replaced. */
  ask(certificate: CertificateId & { readonly serial: string }): void {
    this.#asked.set(keyOf(certificate), certificate.serial);
  }

  /** Remembers the serial of a certificate that was installed. */
  install(certificate: CertificateId, serial: string): void {
    const key = keyOf(certificate);
    this.#renewed.set(key, { from: this.#asked.get(key) ?? '', to: serial });
  }

  /** Returns the serial of the certificate in use if it replaced this one already. */
  successorOf(certificate: CertificateId & { readonly serial: string }, current: string): string | undefined {
    const done = this.#renewed.get(keyOf(certificate));
    if (done === undefined) return undefined;
    return sameSerial(done.from, certificate.serial) && sameSerial(done.to, current) ? done.to : undefined;
  }

  /** Keeps the certificates of a notification for which nothing is to be issued, until they are confirmed. */
  settle(outcomes: readonly CertificateOutcome[]): void {
    this.#settled = outcomes;
  }

  /** Returns what was kept to be confirmed, and forgets it. */
  takeSettled(): readonly CertificateOutcome[] {
    const settled = this.#settled;
    this.#settled = [];
    return settled;
  }
}

/** The certificates without repetitions; of several with the same id the last. */
export const distinct = <T extends CertificateId>(certificates: readonly T[]): readonly T[] => [
  ...new Map(certificates.map((certificate) => [keyOf(certificate), certificate])).values(),
];

const keyOf = ({ type, node }: CertificateId): string => JSON.stringify([type, node]);

/** Serials are numbers: neither case nor separators, a prefix nor leading zeros count. An empty one is none. */
const sameSerial = (a: string, b: string): boolean => a !== '' && shortest(a) === shortest(b);

const shortest = (serial: string): string =>
  serial
    .toLowerCase()
    .replace(/^0x/, '')
    .replace(/[^0-9a-z]/g, '')
    .replace(/^0+/, '');
