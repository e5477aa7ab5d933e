import { discoveryUrls } from '../../certificates/discovery-urls.js';
import { InsecureUrlError } from '../../errors.js';
import { safeUrl, shownUrl } from '../../protocol/url.js';
import { failed, ok, type Check } from './check.js';
import type { DoctorSettings } from './options.js';

/** The service discovery URLs of a unit that may be dialled, `cert` being the text of its certificate. */
export const examineUrls = (
  settings: DoctorSettings,
  cert: string | undefined,
): { readonly checks: readonly Check[]; readonly urls: readonly string[] } => {
  const { allowInsecure } = settings;
  const found = urlsOf(settings, cert);
  if (found === undefined) return { checks: [failed('discoveryUrls', 'no-discovery-url')], urls: [] };
  const insecure = found.filter((url) => isInsecure(url, 'https', allowInsecure));
  const urls = found.filter((url) => !insecure.includes(url));
  return {
    checks: [
      ...insecure.map((url) => failed('discoveryUrls', 'insecure-url', shownUrl(url))),
      ...(urls.length > 0 ? [ok('discoveryUrls', urls.map(shownUrl).join(', '))] : []),
    ],
    urls,
  };
};

/** As a unit has them; without a certificate, those that are given. */
const urlsOf = (settings: DoctorSettings, cert: string | undefined): readonly string[] | undefined => {
  const { discoveryUrl, overrideDiscoveryUrl } = settings;
  const given = overrideDiscoveryUrl ?? discoveryUrl;
  if (cert === undefined) return given === undefined ? undefined : [given];
  try {
    return discoveryUrls(cert, { discoveryUrl, overrideDiscoveryUrl });
  } catch {
    return undefined;
  }
};

/** Returns true if a unit would refuse to connect to a URL. */
export const isInsecure = (url: string, scheme: 'https' | 'wss', allowInsecure: boolean): boolean => {
  try {
    safeUrl(url, scheme, allowInsecure);
    return false;
  } catch (error) {
    if (error instanceof InsecureUrlError) return true;
    throw error;
  }
};
