import { InsecureUrlError, OptionError } from '../errors.js';
import { shownUrl } from '../protocol/url.js';

const onThisMachine = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const locationOfPage = () =>
  (globalThis as { readonly location?: { readonly href: string; readonly protocol: string } }).location;

/** Whether a URL is a path, and there is no page that it could be relative to. */
export const needsPage = (url: string): boolean =>
  !locationOfPage() && !URL.canParse(url) && URL.canParse(url, 'https://page.example');

/**
 * The URL that is dialled for an option: relative to the page, and `ws:` only where nothing is given away by it that is
 * not in the open already.
 *
 * @throws {@link InsecureUrlError}; OptionError where it is no URL
 */
export const dialled = (url: string, allowInsecure: boolean): URL => {
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
