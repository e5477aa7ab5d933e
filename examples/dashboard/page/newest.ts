import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { animationFrameScheduler, auditTime, type Observable, Subscription } from 'rxjs';

/** The newest of an Observable. It draws its element at most once a frame, however much comes, and not while the page is hidden. */
export class Newest<T> implements ReactiveController {
  value: T;
  readonly #host: ReactiveControllerHost;
  readonly #source$: Observable<T>;
  #running = Subscription.EMPTY;

  constructor(host: ReactiveControllerHost, source$: Observable<T>, first: T) {
    this.#host = host;
    this.#source$ = source$;
    this.value = first;
    host.addController(this);
  }

  hostConnected(): void {
    this.#running = this.#source$.pipe(auditTime(0, animationFrameScheduler)).subscribe({
      next: (value) => {
        this.value = value;
        this.#host.requestUpdate();
      },
      error: console.error,
    });
  }

  hostDisconnected(): void {
    this.#running.unsubscribe();
  }
}
