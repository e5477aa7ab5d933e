import type { WebSocket } from 'ws';

/** The way out of a connection: frames leave in order, later or not at all where a fault says so. */
export interface Outlet {
  send(text: string): void;
  /** What was sent and has not left yet, in bytes. */
  buffered(): number;
  /** Settles once less than this many bytes wait; never when the connection is over. */
  room(mark: number): Promise<void>;
  /** While silent nothing leaves; then all that was held does. */
  silence(on: boolean): void;
  /** What is sent from now on leaves this much later, in milliseconds. */
  delay(latency: number): void;
  close(): void;
}

interface Held {
  readonly text: string;
  readonly due: number;
}

/** `drained` is called whenever something has left. */
export const createOutlet = (webSocket: WebSocket, drained: () => void): Outlet => {
  const held: Held[] = [];
  const waiting: { readonly mark: number; readonly resolve: () => void }[] = [];
  let heldBytes = 0;
  let silent = false;
  let latency = 0;
  let timer: NodeJS.Timeout | undefined;

  const buffered = (): number => webSocket.bufferedAmount + heldBytes;

  const left = (): void => {
    for (const waiter of waiting.splice(0))
      if (buffered() < waiter.mark) waiter.resolve();
      else waiting.push(waiter);
    drained();
  };

  const write = (text: string): void => {
    webSocket.send(text, left);
  };

  const pump = (): void => {
    clearTimeout(timer);
    if (silent) return;
    const now = performance.now();
    for (let next = held[0]; next !== undefined; [next] = held) {
      if (next.due > now) {
        timer = setTimeout(pump, Math.ceil(next.due - now));
        return;
      }
      held.shift();
      heldBytes -= next.text.length;
      write(next.text);
    }
  };

  return {
    send: (text) => {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (!silent && latency === 0 && held.length === 0) {
        write(text);
        return;
      }
      const due = Math.max(performance.now() + latency, held.at(-1)?.due ?? 0);
      held.push({ text, due });
      heldBytes += text.length;
      pump();
    },
    buffered,
    room: (mark) =>
      buffered() < mark
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push({ mark, resolve });
          }),
    silence: (on) => {
      silent = on;
      pump();
    },
    delay: (wanted) => {
      latency = wanted;
    },
    close: () => {
      clearTimeout(timer);
      held.length = 0;
    },
  };
};
