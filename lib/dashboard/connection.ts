import { defer, type Observable } from 'rxjs';
import { UnstableConnectionError } from '../errors.js';
import { AttemptPace } from '../operators/attempt-pace.js';
import { spacingAfter } from '../operators/backoff.js';
import { retryBy } from '../operators/retry-by.js';
import { closeCode } from './close-code.js';
import { handOver, isConnected, type LinkTransition } from './hand-over.js';
import type { LinkMemory } from './link-memory.js';
import type { DashboardSettings } from './options.js';
import { reconnectWaits } from './reconnect-waits.js';

/**
 * Emits the transitions of the connection as long as it is subscribed: it is opened, watched, handed over to another link when
 * it is suspected, and opened again after each end. A value of `wake$` ends a wait. Neither completes nor fails.
 */
export const dashboardConnection = (
  settings: DashboardSettings,
  wake$: Observable<unknown>,
): Observable<LinkTransition> => {
  let kept: LinkMemory | undefined; // also while the page is hidden
  return defer(() => {
    const { scheduler, stableAfter, reconnect, urls } = settings;
    const memory = (kept ??= { urls: urls() ?? [], isRefused: false, avoid: undefined, link: undefined });
    const pace = new AttemptPace({
      stableAfter,
      spacing: spacingAfter(reconnect.initialDelay, stableAfter),
      scheduler,
    });

    return handOver(settings, memory, pace).pipe(
      retryBy<LinkTransition, LinkTransition>({
        proves: isConnected,
        begins: isConnected, // one that takes over from another is a link of its own
        closes: () => false,
        // Data came, and then no close frame: only the network is to blame, and people wait.
        isLoss: (error) => !(error instanceof UnstableConnectionError) && (closeCode(error) ?? 1006) === 1006,
        ...reconnectWaits(settings, memory),
        wake$,
        pace,
        scheduler,
      }),
    );
  });
};
