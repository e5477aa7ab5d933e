import type { ClientRequest } from 'node:http';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { ProxyError, textOf } from '../errors.js';
import { shownUrl } from '../protocol/url.js';
import { codeOf } from './code-of.js';
import { tcpSettings, type DialOptions } from './dial.js';
import { shownProxy, type ProxyOptions } from './proxy.js';
import { secureContexts } from './secure-contexts.js';
import type { Credentials } from './types.js';

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1];
type Connected = ReturnType<HttpsProxyAgent<string>['connect']>;

const wanting = 'give it a user name and a password, or a token';
const unreachable = 'it cannot reach the host';

/** Some proxies answer wrong credentials with 401, and a name that they cannot resolve with 500. */
const advice: Readonly<Record<number, string>> = {
  401: wanting,
  403: 'have it allow this host and port',
  405: 'have it allow CONNECT',
  407: wanting,
  500: unreachable,
  502: unreachable,
  503: unreachable,
  504: unreachable,
};

/** One connection through a proxy, by CONNECT. */
export class Tunnel extends HttpsProxyAgent<string> {
  readonly #url: string;
  readonly #proxy: ProxyOptions;
  readonly #servername: string | undefined;
  readonly #tls: object;
  readonly #abort: AbortController;
  #isPending = false;
  /** The reason why there is no tunnel, once that is known. */
  failure: ProxyError | undefined;

  /** `url` is that behind the proxy, which is dialled as any other name; without credentials there is no TLS to `url`. */
  constructor(url: string, proxy: ProxyOptions, credentials: Credentials | undefined, options: DialOptions) {
    const abort = new AbortController();
    const { token, ca } = proxy;
    const { contexts = secureContexts(), servername } = options;
    super(proxy.url, {
      ...tcpSettings(options),
      ...(token === undefined ? {} : { headers: { 'Proxy-Authorization': `Bearer ${token}` } }),
      ...(ca === undefined ? {} : { ca }),
      // Said outright: an environment variable can turn the default off.
      rejectUnauthorized: true,
      // Takes the socket to a proxy away that does not answer.
      signal: abort.signal,
    });
    this.#url = url;
    this.#proxy = proxy;
    this.#abort = abort;
    this.#servername = servername;
    this.#tls = credentials ? { secureContext: contexts(credentials), rejectUnauthorized: true } : {};
    this.on('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
      if (statusCode !== 200)
        this.failure = this.#failed(`answers with HTTP ${statusCode}: ${advice[statusCode] ?? 'it makes no tunnel'}`, {
          code: statusCode,
        });
    });
  }

  override async connect(request: ClientRequest, options: ConnectOptions): Connected {
    this.#isPending = true;
    try {
      const { host = '' } = options;
      const servername = this.#servername;
      // By the name of the URL, also where that is an address: the socket below knows the name of the proxy alone.
      const identity = (_host: string, certificate: PeerCertificate) =>
        checkServerIdentity(servername ?? host, certificate);
      const named = servername === undefined ? {} : { servername };
      const settings = { ...options, ...this.#tls, ...named, checkServerIdentity: identity };
      const socket = await super.connect(request, settings);
      if (this.failure !== undefined) throw this.failure;
      return socket;
    } catch (cause) {
      throw (this.failure ??= this.#failed(`cannot be used: ${textOf(cause)}`, { cause, ...codeOf(cause) }));
    } finally {
      this.#isPending = false;
    }
  }

  /** Ends the connection to the proxy if it has made no tunnel yet. */
  abandon(): void {
    if (this.#isPending) this.#abort.abort();
    this.destroy();
  }

  #failed(what: string, options: ConstructorParameters<typeof ProxyError>[3]): ProxyError {
    return new ProxyError(shownUrl(this.#url), shownProxy(this.#proxy), what, options);
  }
}
