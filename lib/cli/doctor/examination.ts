import type { DiscoveryResponse } from '../../protocol/discovery.js';
import { shownUrl } from '../../protocol/url.js';
import { skipped, type Check } from './check.js';
import { examineClock } from './clock.js';
import { examineDiscovery } from './discovery.js';
import { examineEndpoint } from './endpoint.js';
import { examineHost } from './host.js';
import type { DoctorTools } from './step.js';
import { examineUnit } from './unit.js';

/** Goes the way of a unit to its cloud step by step, past what fails as far as there is a way. */
export async function* examine(tools: DoctorTools): AsyncGenerator<Check> {
  const unit = await examineUnit(tools.settings, tools.now());
  // The clock first: whatever is said of certificates depends on it.
  yield* await examineClock(unit, tools);
  yield* unit.checks;
  const { urls, credentials } = unit;
  const armed = credentials === undefined ? tools : { ...tools, credentials };
  let answer: DiscoveryResponse | undefined;
  for (const url of urls) {
    if (answer === undefined) answer = yield* examineDiscovery(url, armed);
    else {
      for await (const check of examineHost(url, armed)) yield { ...check, url: shownUrl(url) };
      yield { ...skipped('discovery', 'another URL has answered'), url: shownUrl(url) };
    }
  }
  if (answer === undefined || credentials === undefined) yield skipped('endpoints', 'service discovery has named none');
  else
    for (const url of answer.connectionInfo) yield* examineEndpoint(url, answer.authToken, { ...tools, credentials });
}
