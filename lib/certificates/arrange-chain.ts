import type { KeyObject, X509Certificate } from 'node:crypto';

/** A certificate in PEM, and parsed. */
export interface ChainLink {
  readonly pem: string;
  readonly x509: X509Certificate;
}

/**
 * The certificates of a file in the order that TLS wants: the one that belongs to the key, then each followed by the one
 * that issued it, then the rest as it came. Of several that fit, one that is valid at `now` (milliseconds since 1970)
 * goes first. Undefined if none belongs to the key.
 */
export const arrangeChain = (
  links: readonly ChainLink[],
  key: KeyObject,
  now: number,
): readonly ChainLink[] | undefined => {
  const isValid = ({ x509 }: ChainLink) => Date.parse(x509.validFrom) <= now && now <= Date.parse(x509.validTo);
  const best = (fitting: readonly ChainLink[]) => fitting.find(isValid) ?? fitting[0];
  const leaf = best(links.filter(({ x509 }) => x509.checkPrivateKey(key)));
  if (leaf === undefined) return undefined;
  const chain: ChainLink[] = [];
  for (let link: ChainLink | undefined = leaf; link !== undefined;) {
    const { x509 }: ChainLink = link;
    chain.push(link);
    link = best(links.filter((issuer) => !chain.includes(issuer) && hasIssued(issuer.x509, x509)));
  }
  return [...chain, ...links.filter((link) => !chain.includes(link))];
};

/** True if the first certificate has issued the other. */
export const hasIssued = (issuer: X509Certificate, certificate: X509Certificate): boolean => {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // of a kind of key that this OpenSSL does not know
  }
};
