import { writeFile } from 'node:fs/promises';
import type { Check } from '../../lib/cli/doctor/check.js';
import { examine } from '../../lib/cli/doctor/examination.js';
import type { DoctorSettings } from '../../lib/cli/doctor/options.js';
import { nodeProbes, type Probes } from '../../lib/transport/probes/probes.js';
import type { Credentials } from '../../lib/transport/types.js';
import { scratch } from './scratch.js';

/** What is to be examined, and when. */
export interface Patient {
  readonly credentials: Credentials;
  readonly settings?: Partial<DoctorSettings>;
  readonly probes?: Partial<Probes>;
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Runs all checks for a unit whose files hold these credentials. */
export const diagnose = async ({ credentials, settings, probes, now }: Patient): Promise<readonly Check[]> => {
  await using place = await scratch();
  const { ca, cert, key } = credentials;
  await Promise.all(Object.entries({ ca, cert, key }).map(([name, text]) => writeFile(place.path(name), text)));
  const examination = examine({
    settings: {
      ...{ systemId: 'unit-1', ca: place.path('ca'), cert: place.path('cert'), key: place.path('key') },
      ...{ passphraseFile: undefined, keystore: undefined, proxy: undefined, mainNode: undefined },
      ...{ discoveryUrl: undefined, overrideDiscoveryUrl: undefined },
      ...{ connectTimeout: 10_000, allowInsecure: false, json: false },
      ...settings,
    },
    probes: { ...nodeProbes, ...probes },
    now: () => now ?? Date.now(),
    clock: () => performance.now(),
  });
  const checks: Check[] = [];
  for await (const check of examination) checks.push(check);
  return checks;
};

/** What failed: the check and what is the matter, in one word each. */
export const failuresIn = (checks: readonly Check[]): readonly string[] =>
  checks.filter(({ verdict }) => verdict === 'failed').map(({ check, finding }) => `${check} ${finding ?? 'nothing'}`);
