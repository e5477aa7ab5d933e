import { readdirSync } from 'node:fs';

/** What a process holds. */
export interface Held {
  /** The heap after a collection, in bytes. */
  readonly heap: number;
  /** In bytes. */
  readonly rss: number;
  /** What keeps the event loop going, how many of each kind: timers, sockets, servers. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open file descriptors. */
  readonly files: number;
  /** Listeners of the process. */
  readonly listeners: number;
  /** What Node warned of: too many listeners on anything, for one. */
  readonly warnings: readonly string[];
}

const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

/** Looks at this process, which runs with `--expose-gc`. */
export const held = async (): Promise<Held> => {
  // What was closed is let go of in the turns that follow.
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { heapUsed: heap, rss } = process.memoryUsage();
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { heap, rss, resources, files: readdirSync('/proc/self/fd').length, listeners, warnings };
};
