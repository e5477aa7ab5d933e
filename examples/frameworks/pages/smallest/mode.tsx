import { useEffect, useState } from 'react';
import type { Live } from 'unitlink/dashboard';
import { dashboard } from './dashboard.js';

export const Mode = () => {
  const [live, setLive] = useState<Live<string>>();
  useEffect(() => {
    const watching = dashboard.watch<string>('mode').subscribe({ next: setLive, error: console.error });
    return () => {
      watching.unsubscribe();
    };
  }, []);
  return <output data-status={live?.status}>{live?.value}</output>;
};
