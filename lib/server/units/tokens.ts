import { createHmac, timingSafeEqual } from 'node:crypto';

/** Issues the bearer tokens of units, and checks them. */
export interface Tokens {
  /** Returns a token for a unit. */
  readonly issue: (systemId: string) => string;
  /** True if the token is valid, and the unit with this common name in its certificate may use it. */
  readonly check: (token: string, commonName: string) => boolean;
}

/** Dependencies of {@link signedTokens}. */
export interface SignedTokensOptions {
  /** The secret that all servers behind one discovery share. */
  readonly secret: string;
  /** The life of a token, in milliseconds. */
  readonly life: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** True if a unit with this common name in its certificate may connect under this system id. */
  readonly belongs: (systemId: string, commonName: string) => boolean;
}

interface Claims {
  readonly systemId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Tokens that hold what is needed to check them, signed with a secret: a server knows those of all others that have the
 * secret, and keeps none. A stolen one is of no use without the certificate of its unit.
 */
export const signedTokens = ({ secret, life, now, belongs }: SignedTokensOptions): Tokens => {
  const signatureOf = (body: string): Buffer => createHmac('sha256', secret).update(body).digest();
  return {
    issue: (systemId) => {
      const claims: Claims = { systemId, expiresAt: now() + life };
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${body}.${signatureOf(body).toString('base64url')}`;
    },
    check: (token, commonName) => {
      const [body = '', signature = '', ...more] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = signatureOf(body);
      if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return false;
      const { systemId, expiresAt } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
      return expiresAt > now() && belongs(systemId, commonName);
    },
  };
};
