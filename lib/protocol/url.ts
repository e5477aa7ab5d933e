import { InsecureUrlError } from '../errors.js';

/** A URL as it may be shown: without user name, password, query and fragment, any of which can hold a secret. */
export const shownUrl = (url: string): string => {
  if (!URL.canParse(url)) return 'a URL that cannot be read';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};

/**
 * The URL, once it is sure that dialling it gives nothing away: TLS, unless `allowInsecure`, and no credentials in it.
 *
 * @throws {@link InsecureUrlError}
 */
export const safeUrl = (url: string, scheme: 'https' | 'wss', allowInsecure: boolean): string => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const aliases = scheme === 'wss' ? ['wss:', 'https:'] : ['https:'];
  const allowed = allowInsecure ? [...aliases, scheme === 'wss' ? 'ws:' : 'http:', 'http:'] : aliases;
  if (parsed === undefined || !allowed.includes(parsed.protocol) || parsed.username !== '' || parsed.password !== '')
    throw new InsecureUrlError(shownUrl(url), allowInsecure ? `${scheme} and plain` : scheme);
  if (scheme === 'wss')
    parsed.protocol = parsed.protocol === 'https:' ? 'wss:' : parsed.protocol === 'http:' ? 'ws:' : parsed.protocol;
  return parsed.href;
};
