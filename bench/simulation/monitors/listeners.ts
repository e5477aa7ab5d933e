import type { Monitor } from './monitor.js';

/** Listeners are told of each connection and its end, all of them, in their order, before anything is sent. */
export const listeners = (): Monitor => {
  let order: number[] = [];
  let untold: number[] = [];
  let isConnected = false;
  const left = (when: string) =>
    untold.length > 0 ? `listener ${untold.join(', ')} was not told of the ${what()} before ${when}` : undefined;
  const what = () => (isConnected ? 'connection' : 'end of the connection');
  return {
    promise: 'listeners',
    see: (event) => {
      switch (event.kind) {
        case 'process':
          if (event.what === 'started') [order, untold, isConnected] = [[], [], false];
          return event.what === 'gone' ? left('the stop was done') : undefined;
        case 'listening':
          if (event.listens) order.push(event.listener);
          else {
            order = order.filter((listener) => listener !== event.listener);
            untold = untold.filter((listener) => listener !== event.listener);
          }
          return undefined;
        case 'state': {
          const now = event.state === 'connected';
          if (now === isConnected) return undefined;
          const wrong = left('the next change');
          isConnected = now;
          untold = [...order];
          return wrong;
        }
        case 'told': {
          const next = untold.shift();
          if (event.of !== (isConnected ? 'onConnect' : 'onDisconnect') || event.isConnected !== isConnected)
            return `listener ${event.listener} got ${event.of} at the ${what()}`;
          return next === event.listener
            ? undefined
            : `listener ${event.listener} was told, and not ${next ?? 'nobody'}`;
        }
        case 'write':
          return event.frame === 'message' ? left('a message was written') : undefined;
        case 'noted':
          return left('the connection went on');
        default:
          return undefined;
      }
    },
  };
};
