import { from, fromEvent, lastValueFrom, of, scan, takeUntil, tap, type Observable } from 'rxjs';
import { redact } from '../../observability/redact.js';
import { nodeProbesWithin } from '../../transport/probes/probes.js';
import type { Check } from './check.js';
import { examine } from './examination.js';
import type { DoctorSettings } from './options.js';
import { wantsColour } from '../io/colour.js';
import { checkText, headingText, tallyText, type Tally } from './text.js';
import { jsonLines } from '../io/json-lines.js';

/** Examines the path of a unit to its cloud and writes each check to stdout; resolves with the exit code. */
export const runDoctor = async (settings: DoctorSettings, stop: AbortSignal): Promise<number> => {
  const clock = () => performance.now();
  const tools = { settings, probes: nodeProbesWithin(settings.connectTimeout, settings.proxy), now: Date.now, clock };
  const report = settings.json ? reportToPrograms() : reportToPeople();
  const stop$: Observable<unknown> = stop.aborted ? of(stop) : fromEvent(stop, 'abort');
  const none: Tally = { ok: 0, failed: 0, skipped: 0 };
  const tally$ = from(examine(tools)).pipe(
    tap((check) => {
      report.check(check);
    }),
    scan((tally, { verdict }): Tally => ({ ...tally, [verdict]: tally[verdict] + 1 }), none),
    takeUntil(stop$),
  );
  const tally = await lastValueFrom(tally$, { defaultValue: none });
  if (stop.aborted) {
    process.stderr.write('unitlink doctor: stopped before the end\n');
    return 1;
  }
  report.end(tally);
  return tally.failed === 0 ? 0 : 1;
};

interface DoctorReport {
  readonly check: (check: Check) => void;
  readonly end: (tally: Tally) => void;
}

const reportToPrograms = (): DoctorReport => {
  const out = jsonLines(process.stdout);
  return {
    check: (check) => {
      const { check: name, url, ...rest } = redact(check) as Check;
      out.write({ event: 'check', check: name, ...(url === undefined ? {} : { url }), ...rest });
    },
    end: (tally) => {
      out.write({ event: 'result', ...tally });
    },
  };
};

const reportToPeople = (): DoctorReport => {
  const colour = wantsColour(process.stdout, process.env);
  let heading: string | undefined;
  return {
    check: (check) => {
      const above = headingText(check);
      process.stdout.write(`${above === heading ? '' : above}${checkText(check, colour)}`);
      heading = above;
    },
    end: (tally) => {
      process.stdout.write(tallyText(tally, colour));
    },
  };
};
