import { Session, type Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { setImmediate as turn } from 'node:timers/promises';
import { simulate } from '../simulation/index.js';

/** Returns true if simulated runs have executed the code at an offset of a compiled file. */
export type IsReached = (path: string, offset: number) => boolean;

/** Runs seeds and records what they execute. */
export const reachedBy = async (from: number, count: number): Promise<IsReached> => {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  for (let seed = from; seed < from + count; seed++) {
    simulate({ seed });
    await turn();
  }
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (_error, { result }) => (scripts = result));
  session.disconnect();
  const ranges = new Map(
    scripts
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url, functions }) => [fileURLToPath(url), functions.flatMap(({ ranges: all }) => all)]),
  );
  // The innermost range around an offset tells; an inner range is shorter than the one around it.
  return (path, offset) => {
    const around = (ranges.get(path) ?? []).filter(
      ({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset,
    );
    const [inner] = around.sort(
      (one, other) => one.endOffset - one.startOffset - (other.endOffset - other.startOffset),
    );
    return inner !== undefined && inner.count > 0;
  };
};
