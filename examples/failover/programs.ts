import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';

/** Debian has its servers where not every user looks for programs. */
const path = [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter);

const isInstalled = (program: string): boolean =>
  path.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Says which of these programs, which have the names of their packages, are not installed; undefined where all are. */
export const missing = (programs: readonly string[]): string | undefined => {
  const absent = programs.filter((program) => !isInstalled(program));
  if (absent.length === 0) return undefined;
  return `not installed: ${absent.join(', ')}. On Debian: apt-get install ${absent.join(' ')}`;
};

/** A process that goes when it is disposed of. */
export interface Running extends AsyncDisposable {
  readonly child: ChildProcess;
  /** The last of what it has written. */
  readonly said: () => string;
}

/** Ends a process, stopped or not. */
export const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

/** Starts a program; rejects with what it said where it ends before it is ready. */
export const start = async (
  program: string,
  args: readonly string[],
  isReady: () => Promise<boolean>,
  env: NodeJS.ProcessEnv = {},
): Promise<Running> => {
  const child = spawn(program, args, {
    env: { ...process.env, ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const failed = Promise.race([once(child, 'error'), once(child, 'exit')]).then(([why]: unknown[]) => {
    throw new Error(`${program} ended: ${why instanceof Error ? why.message : said}`);
  });
  failed.catch(() => undefined);
  while (!(await Promise.race([isReady(), failed]))) await pause(50);
  return { child, said: () => said, [Symbol.asyncDispose]: () => end(child) };
};

/** In milliseconds. */
export const pause = (duration: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, duration));

/** A port of loopback that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
