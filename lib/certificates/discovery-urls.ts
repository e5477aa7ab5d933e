import { CredentialsError } from '../errors.js';
import { certificateNames } from './certificate-names.js';

/** Options of a unit that say where its cloud is, in addition to its certificate. */
export interface DiscoveryUrlOptions {
  /** The configured URL: asked last, and the path of the URLs that come from the certificate. */
  readonly discoveryUrl?: string | undefined;
  /** Asked instead of all others, as it is. */
  readonly overrideDiscoveryUrl?: string | undefined;
}

/** The path of service discovery where no configured URL names another. */
const defaultPath = '/sd/v7/';

/**
 * The service discovery URLs of a unit, in the order they are to be asked: the URIs of the issuer alternative name of
 * its certificate, port 9000 of the organisation in its subject, the configured URL. An override replaces them all.
 *
 * @throws {@link CredentialsError} if there is none
 */
export const discoveryUrls = (
  cert: string,
  { discoveryUrl, overrideDiscoveryUrl }: DiscoveryUrlOptions,
): readonly string[] => {
  if (overrideDiscoveryUrl) return [overrideDiscoveryUrl];
  const path = discoveryUrl ? new URL(discoveryUrl).pathname : defaultPath;
  const found = certificateUrls(cert).map((url) => withPath(url, path));
  const urls = [...new Set([...found, ...(discoveryUrl ? [discoveryUrl] : [])])];
  if (urls.length === 0) throw new CredentialsError('the certificate names no cloud, and no discoveryUrl is given');
  return urls;
};

const certificateUrls = (cert: string): readonly string[] => {
  const { issuerUris, organisations } = certificateNames(cert);
  const found = [...issuerUris, ...organisations.map((name) => `https://${name}:9000`)];
  return found.filter((url) => URL.canParse(url));
};

const withPath = (url: string, path: string): string => {
  const parsed = new URL(url);
  parsed.pathname = path;
  return parsed.href;
};
