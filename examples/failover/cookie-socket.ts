import type { WebSocketClass } from 'unitlink/dashboard';
import { WebSocket } from 'ws';

/** A WebSocket that keeps the cookies of its server, as that of a browser does: without them nothing is sticky. */
export const cookieSocket = (): WebSocketClass => {
  const cookies = new Map<string, string>();
  return class extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const options = { perMessageDeflate: false, closeTimeout: 250, ...(cookie !== '' && { headers: { cookie } }) };
      super(url, protocols, options);
      this.on('upgrade', ({ headers }) => {
        for (const set of headers['set-cookie'] ?? []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          cookies.set(name, value);
        }
      });
    }
  };
};
