import { ListenerError } from '../errors.js';

/** A listener that is called, synchronously, when the connection opens and when it ends. */
export interface ConnectionListener {
  /** Called before the first message is written to the connection. */
  readonly onConnect?: () => void;
  /** Called before the unit connects again. */
  readonly onDisconnect?: () => void;
}

/** The listeners of a connection. */
export interface Listeners {
  /** @throws {@link ListenerError} if it was added before */
  readonly add: (listener: ConnectionListener) => void;
  /** @throws {@link ListenerError} if it is not one of them */
  readonly remove: (listener: ConnectionListener) => void;
  /** Calls all listeners, in the order they were added. */
  readonly notify: (event: keyof ConnectionListener) => void;
}

/** Keeps the listeners; `onFailure` is called with what one of them throws, which affects no other listener. */
export const connectionListeners = (onFailure: (where: string, error: unknown) => void): Listeners => {
  const listeners: ConnectionListener[] = [];
  const pending: (keyof ConnectionListener)[] = [];

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
    notify: (event) => {
      pending.push(event);
      if (pending.length > 1) return; // a listener stopped the unit: the others get the current event first
      for (
        let next: keyof ConnectionListener | undefined = event;
        next !== undefined;
        pending.shift(), next = pending[0]
      )
        for (const listener of [...listeners]) if (listeners.includes(listener)) notifyOne(listener, next, onFailure);
      pending.length = 0; // which returns its memory
    },
  };
};

const notifyOne = (
  listener: ConnectionListener,
  event: keyof ConnectionListener,
  onFailure: (where: string, error: unknown) => void,
): void => {
  try {
    listener[event]?.();
  } catch (error) {
    onFailure(`the ${event} of a listener`, error);
  }
};
