/** Takes the steps of a message; a Subscriber of RxJS does. */
export interface StepListener<T> {
  /** True once it takes no more. */
  readonly closed: boolean;
  /** True if no step but the last is of use to it. */
  readonly isForLast?: boolean;
  readonly next: (step: T) => void;
  readonly complete: () => void;
}

/**
 * Those who listen to one message. Most messages have one listener or none, and a queue may hold a million: so there is no
 * list around a single one. A list is never changed, only replaced.
 */
export type StepListeners<T> = StepListener<T> | readonly StepListener<T>[] | undefined;

/** These listeners and another one, without those that take no more. */
export const withListener = <T>(listeners: StepListeners<T>, added: StepListener<T>): StepListeners<T> => {
  if (listeners === undefined) return added;
  const open = listOf(listeners).filter(({ closed }) => !closed);
  return open.length === 0 ? added : [...open, added];
};

/** The first of these listeners that is of a kind. */
export const listenerOf = <T, L extends StepListener<T>>(
  listeners: StepListeners<T>,
  isIt: (listener: StepListener<T>) => listener is L,
): L | undefined => listOf(listeners).find(isIt);

/** True if one of these listeners takes the steps before the last, which otherwise need not be made. */
export const takeAllSteps = <T>(listeners: StepListeners<T>): boolean => {
  if (listeners === undefined) return false;
  return 'closed' in listeners ? !listeners.isForLast : listeners.some(({ isForLast }) => !isForLast);
};

/** Gives each listener a step, and completes them behind the last. */
export const emitStep = <T>(listeners: StepListeners<T>, step: T, isLast: boolean): void => {
  if (listeners === undefined) return;
  const isOne = 'closed' in listeners;
  if (isOne) next(listeners, step);
  else for (const listener of listeners) next(listener, step);
  if (!isLast) return;
  if (isOne) complete(listeners);
  else for (const listener of listeners) complete(listener);
};

const next = <T>(listener: StepListener<T>, step: T): void => {
  if (!listener.closed) listener.next(step);
};

const complete = (listener: StepListener<never>): void => {
  if (!listener.closed) listener.complete();
};

const listOf = <T>(listeners: StepListeners<T>): readonly StepListener<T>[] => {
  if (listeners === undefined) return [];
  return 'closed' in listeners ? [listeners] : listeners;
};
