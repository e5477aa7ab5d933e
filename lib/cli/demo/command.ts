import { existsSync } from 'node:fs';
import { UsageError } from '../options/usage-error.js';

/** The help text of `unitlink demo`. */
export const demoHelp = `Usage: unitlink demo

Shows half a minute of a unit and its cloud, both on this machine: acks get lost, links break and fall silent, the cloud goes
away. It needs no network, writes no file, and exits with 0 if no message was lost.
`;

/** The demonstration: next to this in the package, an example in the repository. */
const places = ['./demo.js', '../../../examples/one-day.js'];

/**
 * Runs the demonstration, which ends the process.
 *
 * @throws UsageError for arguments
 */
export const runDemo = async (args: readonly string[]): Promise<number> => {
  if (args.length > 0) throw new UsageError('demo takes no arguments');
  const url = places.map((place) => new URL(place, import.meta.url)).find((place) => existsSync(place));
  if (url === undefined) throw new Error('the demonstration is not in this installation');
  await import(url.href);
  return Number(process.exitCode ?? 0);
};
