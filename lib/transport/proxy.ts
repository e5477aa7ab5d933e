import { getProxyForUrl } from 'proxy-from-env';

/** A proxy that connections go through. */
export interface ProxyOptions {
  /** `http://` or `https://`, a host and a port; user name and password may be in it. */
  readonly url: string;
  /**
   * A token for the proxy (`Proxy-Authorization: Bearer`), in place of user name and password.
   *
   * @defaultValue none
   */
  readonly token?: string | undefined;
  /**
   * The CAs that vouch for an `https://` proxy, PEM.
   *
   * @defaultValue those of Node
   */
  readonly ca?: string | undefined;
}

/** The proxy: its URL, or with more about it; false for none, whatever the environment says. */
export type ProxyOption = string | ProxyOptions | false;

/** Returns true for the URL of a proxy. */
export const isProxyUrl = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);

/** Returns true for a value that the option `proxy` takes. */
export const isProxyOption = (value: unknown): boolean =>
  value === false || isProxyUrl(typeof value === 'object' && value !== null ? Reflect.get(value, 'url') : value);

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Returns the proxy for a URL: the one of the option, else that of `HTTPS_PROXY` (`HTTP_PROXY` for a URL without TLS,
 * `ALL_PROXY` for both), unless `NO_PROXY` excludes the host, or it is this machine.
 */
export const proxyFor = (url: string, option: ProxyOption | undefined): ProxyOptions | undefined => {
  if (option === false) return undefined;
  if (option !== undefined) return typeof option === 'string' ? { url: option } : option;
  const asked = url.replace(/^ws/, 'http');
  if (!URL.canParse(asked) || loopback.test(new URL(asked).hostname)) return undefined;
  const found = getProxyForUrl(asked);
  return isProxyUrl(found) ? { url: found } : undefined;
};

/** The proxy as it may be shown: without its credentials. */
export const shownProxy = ({ url }: ProxyOptions): string => new URL(url).origin;
