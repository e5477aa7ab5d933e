import { Buffer } from 'buffer/';

/** Provides the names that Node gives to every module, and browsers do not. */
export const provideGlobals = () => {
  globalThis.Buffer = Buffer;
  const { port1, port2 } = new globalThis.MessageChannel();
  const waiting = [];
  port1.onmessage = () => waiting.shift()();
  globalThis.setImmediate = (task) => {
    waiting.push(task);
    port2.postMessage(undefined);
  };
};
