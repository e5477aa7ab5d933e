import { ListenerError } from '../errors.js';

/** Someone who is told, synchronously, when the connection opens and when it ends. */
export interface ConnectionListener {
  /** Before the first message is written to it. */
  readonly onConnect?: () => void;
  /** Before the unit connects again. */
  readonly onDisconnect?: () => void;
}

/** Those who are told of the connection. */
export interface Listeners {
  /** @throws {@link ListenerError} when it is there already */
  readonly add: (listener: ConnectionListener) => void;
  /** @throws {@link ListenerError} when it is not there */
  readonly remove: (listener: ConnectionListener) => void;
  /** Tells all, in the order they were added. */
  readonly tell: (event: keyof ConnectionListener) => void;
}

/** Keeps the listeners; `onFailure` is told of one that throws, which harms nobody else. */
export const connectionListeners = (onFailure: (where: string, error: unknown) => void): Listeners => {
  const listeners: ConnectionListener[] = [];
  const untold: (keyof ConnectionListener)[] = [];

  const tellOne = (listener: ConnectionListener, event: keyof ConnectionListener) => {
    try {
      listener[event]?.();
    } catch (error) {
      onFailure(`the ${event} of a listener`, error);
    }
  };

  return {
    add: (listener) => {
      if (listeners.includes(listener))
        throw new ListenerError('this listener was added already; remove it first, or add another object');
      listeners.push(listener);
    },
    remove: (listener) => {
      const index = listeners.indexOf(listener);
      if (index < 0) throw new ListenerError('this listener is not there; it was never added, or removed before');
      listeners.splice(index, 1);
    },
    tell: (event) => {
      untold.push(event);
      if (untold.length > 1) return; // a listener stopped the unit: that is told after what is being told now
      for (let next: keyof ConnectionListener | undefined = event; next !== undefined; untold.shift(), next = untold[0])
        for (const listener of [...listeners]) if (listeners.includes(listener)) tellOne(listener, next);
      untold.length = 0; // which gives its room back
    },
  };
};
