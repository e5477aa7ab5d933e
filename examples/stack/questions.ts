import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { end } from '../failover/programs.js';

/** What a process of the load can be asked, with what it gets to know and what it answers. */
export type Answers<Q> = { readonly [Name in keyof Q]: (given: never) => unknown };

/** A process of the load, which answers questions. */
export interface Asked<Q extends Answers<Q>> extends AsyncDisposable {
  /** Rejects if the process ends before it has answered, or has thrown. */
  ask<Name extends keyof Q & string>(name: Name, ...given: Parameters<Q[Name]>): Promise<Awaited<ReturnType<Q[Name]>>>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly given: unknown;
}

type Answer = { readonly id: number } & ({ readonly said: unknown } | { readonly thrown: string });

/** Starts a program of this folder that calls {@link answer}. */
export const startAsked = <Q extends Answers<Q>>(program: string): Asked<Q> => {
  const child: ChildProcess = fork(fileURLToPath(new URL(program, import.meta.url)), { execArgv: [] });
  const waiting = new Map<number, { resolve: (said: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  child.on('message', (answered: Answer) => {
    const asker = waiting.get(answered.id);
    waiting.delete(answered.id);
    if ('thrown' in answered) asker?.reject(new Error(answered.thrown));
    else asker?.resolve(answered.said);
  });
  void once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${program} ended`));
    waiting.clear();
  });
  return {
    ask: (name, given?: unknown) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve: resolve as (said: unknown) => void, reject });
        child.send({ id, name, given } satisfies Question, (error) => {
          if (error !== null) reject(error);
        });
      }),
    [Symbol.asyncDispose]: () => end(child),
  };
};

/** Answers the questions of the process that started this one, and ends with it. */
export const answer = <Q extends Answers<Q>>(answers: Q): void => {
  process.on('message', ({ id, name, given }: Question) => {
    const asked: (given: never) => unknown = answers[name as keyof Q];
    Promise.resolve()
      .then(() => asked(given as never))
      .then(
        (said): Answer => ({ id, said: said ?? null }),
        (error: unknown): Answer => ({ id, thrown: String(error) }),
      )
      .then((answered) => process.send?.(answered))
      .catch(console.error);
  });
  process.once('disconnect', () => process.exit());
};

/** The longest time for which this process did nothing else than what it was at since the last call, in milliseconds. */
export const busyTimes = (): (() => number) => {
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  return () => {
    const longest = delays.max / 1e6;
    delays.reset();
    return longest;
  };
};
