import { ConnectError, InsecureUrlError } from '../errors.js';

/** A URL as it may be shown: without user name, password, query and fragment, any of which can hold a secret. */
export const shownUrl = (url: string): string => {
  if (!URL.canParse(url)) return 'a URL that cannot be read';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};

/** The host of a URL, without the brackets of an IPv6 address, its port, and true if it is reached by TLS. */
export const targetOf = (url: string): { readonly host: string; readonly port: number; readonly isSecure: boolean } => {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'https:' || protocol === 'wss:';
  const usual = isSecure ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port), isSecure };
};

/**
 * Returns the URL if dialling it reveals nothing: TLS, unless `allowInsecure`, and no credentials in it.
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

/** The longest URL of an endpoint, in characters: servers take no longer one. */
const longestEndpoint = 8192;

/**
 * Returns the URL of an endpoint if a WebSocket can be opened there and dialling it reveals nothing.
 *
 * @throws {@link InsecureUrlError}, and {@link ConnectError} for a URL with a fragment or of more than 8192 characters
 */
export const endpointUrl = (url: string, allowInsecure: boolean): string => {
  if (url.length > longestEndpoint)
    throw new ConnectError(
      `${shownUrl(url).slice(0, 100)}…`,
      `its URL has ${url.length} characters, and no more than ${longestEndpoint} are dialled`,
    );
  const safe = safeUrl(url, 'wss', allowInsecure);
  if (safe.includes('#'))
    throw new ConnectError(shownUrl(url), 'its URL has a fragment (#…), which the URL of a WebSocket cannot have');
  return safe;
};
