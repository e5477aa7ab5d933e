import type { Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import type { Live, WatchOptions } from 'unitlink/dashboard';
import { dashboard } from '../units.js';

/** The live value of a topic as a signal, for as long as the component that calls this exists. */
export const watchSignal = <T>(topic: string, params: Signal<unknown>, options: WatchOptions<T>): Signal<Live<T>> =>
  toSignal(dashboard.watch(topic, toObservable(params), options), {
    initialValue: { status: 'resyncing', asOf: undefined, value: undefined },
  });
