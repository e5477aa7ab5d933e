import { onScopeDispose, shallowRef, watchEffect, type ShallowRef } from 'vue';
import type { Live, WatchOptions } from 'unitlink/dashboard';
import { dashboard } from '../units.js';

/** The live value of a topic, for as long as the component is mounted. */
export const useWatch = <T>(topic: string, params: () => unknown, options: WatchOptions<T>): ShallowRef<Live<T>> => {
  const live = shallowRef<Live<T>>({ status: 'resyncing', asOf: undefined, value: undefined });
  const stop = watchEffect((onCleanup) => {
    const subscription = dashboard
      .watch(topic, params(), options)
      .subscribe({ next: (next) => (live.value = next), error: console.error });
    onCleanup(() => {
      subscription.unsubscribe();
    });
  });
  onScopeDispose(stop);
  return live;
};
