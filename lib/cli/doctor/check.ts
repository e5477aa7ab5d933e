import { findings, type Finding } from './findings.js';

/** The name of a check. */
export type CheckName =
  | 'clock'
  | 'ca'
  | 'keystore'
  | 'certificate'
  | 'key'
  | 'chain'
  | 'systemId'
  | 'discoveryUrls'
  | 'proxy'
  | 'name'
  | 'tcp'
  | 'tls'
  | 'discovery'
  | 'endpoints'
  | 'upgrade'
  | 'ping';

/** The result of one check. */
export interface Check {
  readonly check: CheckName;
  /** The URL that it is about; none where it is about the unit itself. */
  readonly url?: string;
  readonly verdict: 'ok' | 'failed' | 'skipped';
  /** The finding, if the check failed. */
  readonly finding?: Finding;
  /** The result, the finding, or the reason why it was skipped. */
  readonly message: string;
  /** The recommended action. */
  readonly advice?: string;
  /** The code of the system, of OpenSSL, of HTTP or of the close frame. */
  readonly code?: string | number;
  /** The result as figures, for programs. */
  readonly figures?: Readonly<Record<string, unknown>>;
  /** The duration in milliseconds. */
  readonly took?: number;
}

type Extras = Partial<Pick<Check, 'advice' | 'code' | 'figures' | 'took'>>;

/** Nothing is the matter. */
export const ok = (check: CheckName, message: string, extras: Extras = {}): Check => ({
  check,
  verdict: 'ok',
  message,
  ...extras,
});

/** It was not looked at. */
export const skipped = (check: CheckName, message: string): Check => ({ check, verdict: 'skipped', message });

/** Something is the matter; `detail` says more than the finding does. */
export const failed = (check: CheckName, finding: Finding, detail = '', extras: Extras = {}): Check => {
  const [what, advice] = findings[finding];
  return {
    check,
    verdict: 'failed',
    finding,
    message: detail === '' ? what : `${what}: ${detail}`,
    advice,
    ...extras,
  };
};
