import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filter, firstValueFrom, ReplaySubject, take, toArray, type Observable } from 'rxjs';
import type { Credentials } from '../../lib/transport/types.js';

/** A line of stdout. */
export interface CommandEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The `unitlink` command as a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything on stdout so far, and what follows. */
  readonly event$: Observable<CommandEvent>;
  /** The first event, of all there were and will be, that has these fields. */
  readonly until: (fields: Readonly<Record<string, unknown>>) => Promise<CommandEvent>;
  /** The first `count` events that have these fields. */
  readonly untilAll: (count: number, fields: Readonly<Record<string, unknown>>) => Promise<CommandEvent[]>;
  /** Writes a line to stdin. */
  readonly write: (line: object | string) => void;
  /** Settles when the log contains a text. */
  readonly logged: (text: string) => Promise<void>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Settles with the exit code, or the signal, when the process and its output have ended. */
  readonly ended: Promise<number | string>;
}

const main = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));
const running = new Set<ChildProcessWithoutNullStreams>();
const directories = new Set<string>();

const has = (event: CommandEvent, fields: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(fields).every(([name, value]) => event[name] === value);

/** Starts the compiled command. */
export const spawnCommand = (...args: readonly string[]): RunningCommand => spawnWithOptionsOfNode([], ...args);

/** Starts it with these options of Node. */
export const spawnWithOptionsOfNode = (options: readonly string[], ...args: readonly string[]): RunningCommand => {
  const child = spawn(process.execPath, [...options, main, ...args]);
  const event$ = new ReplaySubject<CommandEvent>(Infinity);
  let stdout = '';
  let stderr = '';
  let rest = '';
  running.add(child);
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) event$.next(JSON.parse(line) as CommandEvent);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    running.delete(child);
    event$.complete();
    return code ?? signal ?? '';
  });
  const untilAll = async (count: number, fields: Readonly<Record<string, unknown>>) => {
    const found = await firstValueFrom(
      event$.pipe(
        filter((event) => has(event, fields)),
        take(count),
        toArray(),
      ),
      { defaultValue: [] },
    );
    if (found.length < count)
      throw new Error(`${found.length} of ${count} ${JSON.stringify(fields)} in:\n${stdout}\n${stderr}`);
    return found;
  };
  return {
    child,
    event$: event$.asObservable(),
    until: async (fields) => {
      const [event = { event: '' }] = await untilAll(1, fields);
      return event;
    },
    untilAll,
    write: (line) => child.stdin.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    logged: async (text) => {
      while (!stderr.includes(text)) await once(child.stderr, 'data');
    },
    stdout: () => stdout,
    stderr: () => stderr,
    ended: closed,
  };
};

/** Ends what a test has left running, and removes its files. */
export const cleanUp = async (): Promise<void> => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(
    [...directories].map((directory) => rm(directory, { recursive: true, force: true, maxRetries: 5 })),
  );
  directories.clear();
};

/** A new directory with these files in it. */
export const filesIn = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-spec-'));
  directories.add(directory);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
  return directory;
};

/** A new directory with the files `ca`, `cert` and `key` of these credentials in it. */
export const credentialFiles = ({ ca, cert, key }: Credentials): Promise<string> => filesIn({ ca, cert, key });

/** The options of `unitlink unit` for the files `ca`, `cert` and `key` in a directory. */
export const unitOptions = (directory: string): string[] => [
  ...['--system-id', 'unit-1', '--ca', join(directory, 'ca')],
  ...['--cert', join(directory, 'cert'), '--key', join(directory, 'key')],
];
