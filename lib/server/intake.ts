import { type MessageRate, RateMeter } from './message-rate.js';
import type { WebSocket } from './web-socket.js';

/** The incoming side of a connection: reading is put off while its page sends too fast, or while a fault silences it. */
export interface Intake {
  /** Counts a frame that was read; reading is put off if there were too many. Returns false if that begins now. */
  readonly count: () => boolean;
  /** Reads nothing until it is switched off. */
  readonly silence: (on: boolean) => void;
  readonly stop: () => void;
}

/** Reads a WebSocket no faster than at this rate. */
export const createIntake = (webSocket: WebSocket, rate: MessageRate): Intake => {
  const meter = new RateMeter(rate);
  let timer: NodeJS.Timeout | undefined;
  let silent = false;
  const adjust = (): void => {
    if (silent || timer !== undefined) webSocket.pause();
    else webSocket.resume();
  };
  return {
    count: () => {
      const wait = meter.count();
      if (wait === 0 || timer !== undefined) return true;
      timer = setTimeout(() => {
        timer = undefined;
        adjust();
      }, wait);
      adjust();
      return false;
    },
    silence: (on) => {
      silent = on;
      adjust();
    },
    stop: () => {
      clearTimeout(timer);
    },
  };
};
