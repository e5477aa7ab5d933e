import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { BehaviorSubject, type Subscription } from 'rxjs';
import type { Live, WatchOptions } from 'unitlink/dashboard';
import { dashboard } from '../units.js';

/** The live value of a topic as `live`, for as long as its element is connected. */
export class WatchController<P, T> implements ReactiveController {
  live: Live<T> = { status: 'resyncing', asOf: undefined, value: undefined };
  readonly #params$: BehaviorSubject<P>;
  readonly #subscribe: () => Subscription;
  #subscription: Subscription | undefined;

  constructor(host: ReactiveControllerHost, topic: string, params: P, options: WatchOptions<T>) {
    this.#params$ = new BehaviorSubject(params);
    const show = (live: Live<T>) => {
      this.live = live;
      host.requestUpdate();
    };
    this.#subscribe = () =>
      dashboard.watch(topic, this.#params$, options).subscribe({ next: show, error: console.error });
    host.addController(this);
  }

  get params(): P {
    return this.#params$.value;
  }

  set params(params: P) {
    this.#params$.next(params);
  }

  hostConnected(): void {
    this.#subscription = this.#subscribe();
  }

  hostDisconnected(): void {
    this.#subscription?.unsubscribe();
  }
}
