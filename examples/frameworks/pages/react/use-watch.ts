import { useEffect, useState } from 'react';
import type { Live, WatchOptions } from 'unitlink/dashboard';
import { dashboard } from '../units.js';

const asking = { status: 'resyncing', asOf: undefined, value: undefined } as const;

/** The live value of a topic, for as long as the component is mounted. `options` must keep its identity. */
export const useWatch = <T>(topic: string, params: unknown, options: WatchOptions<T>): Live<T> => {
  const [live, setLive] = useState<Live<T>>(asking);
  const key = JSON.stringify(params);
  useEffect(() => {
    const subscription = dashboard
      .watch(topic, JSON.parse(key), options)
      .subscribe({ next: setLive, error: console.error });
    return () => {
      subscription.unsubscribe();
    };
  }, [topic, key, options]);
  return live;
};
