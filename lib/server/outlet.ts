import type { WebSocket } from './web-socket.js';

/** The outgoing side of a connection: frames leave in order; faults hold or delay them. */
export interface Outlet {
  readonly send: (text: string) => void;
  /** Returns the bytes that were sent and have not left yet. */
  readonly buffered: () => number;
  /** Settles once less than `mark` bytes wait; never when the connection has ended. */
  readonly room: (mark: number) => Promise<void>;
  /** While silent nothing leaves; afterwards everything that was held does. */
  readonly silence: (on: boolean) => void;
  /** Frames that are sent from now on leave this much later, in milliseconds. */
  readonly delay: (latency: number) => void;
  readonly close: () => void;
}

interface Held {
  readonly text: string;
  readonly due: number;
}

/** Dependencies of {@link createOutlet}. */
export interface OutletOptions {
  /** Called whenever a frame has left. */
  readonly drained: () => void;
  /** The most bytes that may wait. */
  readonly maxBuffered: number;
  /** Called when more wait. */
  readonly overflow: () => void;
}

/** Sends the frames of one connection in order, and no more than may wait. */
export const createOutlet = (webSocket: WebSocket, options: OutletOptions): Outlet => {
  const { drained, maxBuffered, overflow } = options;
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
      webSocket.send(next.text, left);
    }
  };

  const hold = (text: string): void => {
    const due = Math.max(performance.now() + latency, held.at(-1)?.due ?? 0);
    held.push({ text, due });
    heldBytes += text.length;
    pump();
  };

  return {
    send: (text) => {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (!silent && latency === 0 && held.length === 0) webSocket.send(text, left);
      else hold(text);
      if (buffered() > maxBuffered) overflow();
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
