import { InsecureUrlError, OptionError } from '../errors.js';
import { shownUrl } from '../protocol/url.js';

const onThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const locationOfPage = () =>
  (globalThis as { readonly location?: { readonly href: string; readonly protocol: string } }).location;

/** True if a URL is a path and there is no page to resolve it against. */
export const needsPage = (url: string): boolean =>
  !locationOfPage() && !URL.canParse(url) && URL.canParse(url, 'https://page.example');

/**
 * Resolves a URL of the options against the page. `ws:` is allowed only on this machine and for pages without TLS.
 *
 * @throws {@link InsecureUrlError}; OptionError where it is no URL
 */
export const resolveUrl = (url: string, allowInsecure: boolean): URL => {
  const location = locationOfPage();
  if (!URL.canParse(url, location?.href)) throw new OptionError('url', url, 'a wss: URL, or in a page a path');
  const parsed = new URL(url, location?.href);
  parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
  const isOpen = allowInsecure || onThisMachine.test(parsed.hostname) || location?.protocol === 'http:';
  const isAllowed = parsed.protocol === 'wss:' || (parsed.protocol === 'ws:' && isOpen);
  if (!isAllowed || parsed.username !== '' || parsed.password !== '')
    throw new InsecureUrlError(shownUrl(parsed.href), 'wss');
  return parsed;
};
