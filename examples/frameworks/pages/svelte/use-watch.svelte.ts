import type { Live, WatchOptions } from 'unitlink/dashboard';
import { dashboard } from '../units.js';

/** The live value of a topic as `current`, for as long as the component is mounted. */
export const useWatch = <T>(
  topic: string,
  params: () => unknown,
  options: WatchOptions<T>,
): { readonly current: Live<T> } => {
  let current = $state.raw<Live<T>>({ status: 'resyncing', asOf: undefined, value: undefined });
  $effect(() => {
    const subscription = dashboard
      .watch(topic, params(), options)
      .subscribe({ next: (next) => (current = next), error: console.error });
    return () => {
      subscription.unsubscribe();
    };
  });
  return {
    get current() {
      return current;
    },
  };
};
