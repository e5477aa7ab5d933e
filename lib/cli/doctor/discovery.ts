import { describeError } from '../../observability/describe-error.js';
import { discoveryRequest, readDiscoveryResponse, type DiscoveryResponse } from '../../protocol/discovery.js';
import { protocolVersion } from '../../protocol/message-types.js';
import { asNumber, asString, isObject, parseJson, withKeys } from '../../protocol/read.js';
import { shownUrl } from '../../protocol/url.js';
import { failed, ok, skipped, type Check } from './check.js';
import type { Finding } from './findings.js';
import { examineHost } from './host.js';
import { failedRequest } from './request.js';
import { take, type DoctorTools, type TrustedTools } from './step.js';
import { isInsecure } from './urls.js';
import type { Credentials } from '../../transport/types.js';

/** Redirects that a unit follows. */
const maxHops = 5;
const redirect = 1;
const busy = 2;

/** Examines a service discovery URL and those that it redirects to. Returns the answer that names the endpoints. */
export async function* examineDiscovery(
  url: string,
  tools: DoctorTools & { readonly credentials?: Credentials },
  asked: readonly string[] = [],
): AsyncGenerator<Check, DiscoveryResponse | undefined> {
  const about = (check: Check): Check => ({ ...check, url: shownUrl(url) });
  const host = examineHost(url, tools);
  let step = await host.next();
  for (; !step.done; step = await host.next()) yield about(step.value);
  const { credentials } = tools;
  if (!step.value || credentials === undefined) {
    yield about(skipped('discovery', 'the server cannot be asked'));
    return undefined;
  }
  const { check, response } = await ask(url, { ...tools, credentials });
  if (response?.errorCode !== redirect) {
    yield about(check);
    return check.verdict === 'ok' ? response : undefined;
  }
  const followed = [...asked, url];
  const next = response.connectionInfo.find((target) => !followed.includes(target));
  const wrong = whyNot(response, next, followed, tools);
  yield about(wrong ?? { ...check, message: `a redirect to ${shownUrl(next ?? '')}` });
  return wrong === undefined && next !== undefined ? yield* examineDiscovery(next, tools, followed) : undefined;
}

const whyNot = (
  { connectionInfo }: DiscoveryResponse,
  next: string | undefined,
  asked: readonly string[],
  { settings }: DoctorTools,
): Check | undefined => {
  if (connectionInfo.length === 0) return failed('discovery', 'redirect-nowhere');
  if (next === undefined) return failed('discovery', 'redirect-loop', connectionInfo.map(shownUrl).join(', '));
  if (asked.length > maxHops) return failed('discovery', 'redirect-too-long');
  return isInsecure(next, 'https', settings.allowInsecure)
    ? failed('discovery', 'insecure-url', `a redirect to ${shownUrl(next)}`)
    : undefined;
};

const ask = async (
  url: string,
  tools: TrustedTools,
): Promise<{ readonly check: Check; readonly response?: DiscoveryResponse }> => {
  const { settings, credentials, probes } = tools;
  const { systemId } = settings;
  const outcome = await take(probes.discover({ url, body: discoveryRequest(systemId), credentials }), url, tools);
  const { took } = outcome;
  if ('error' in outcome)
    return { check: failedRequest('discovery', outcome.error, { other: 'answer-unusable' }, took) };
  try {
    const response = readDiscoveryResponse(outcome.value, systemId);
    return { check: { ...answerCheck(response), took }, response };
  } catch (error) {
    const { message } = describeError(error);
    return { check: failed('discovery', diagnoseBody(outcome.value, systemId), message, { took }) };
  }
};

const answerCheck = (response: DiscoveryResponse): Check => {
  const { errorCode, connectionInfo, authToken, nextRequestDelay, version, systemId } = response;
  const figures = {
    errorCode,
    version,
    systemId,
    endpoints: connectionInfo.map(shownUrl),
    hasToken: authToken !== '',
    nextRequestDelay,
  };
  const delay = nextRequestDelay > 0 ? `, nextRequestDelay ${nextRequestDelay} ms` : '';
  if (errorCode === -1) return failed('discovery', 'discovery-refused', '', { code: -1, figures });
  if (errorCode === busy)
    return failed('discovery', 'discovery-busy', `nextRequestDelay ${nextRequestDelay} ms`, { code: busy, figures });
  if (errorCode !== 0 && errorCode !== redirect)
    return failed('discovery', 'discovery-error-code', String(errorCode), { code: errorCode, figures });
  if (errorCode === 0 && connectionInfo.length === 0) return failed('discovery', 'no-endpoint', '', { figures });
  const count = `${connectionInfo.length} ${connectionInfo.length === 1 ? 'endpoint' : 'endpoints'}`;
  const whose = systemId === '' ? '' : ` for ${systemId}`;
  return ok('discovery', `${count}${whose}, ${authToken === '' ? 'no token' : 'a token'}, version ${version}${delay}`, {
    figures,
  });
};

/** Returns the finding for a body that is no answer. */
const diagnoseBody = (body: string, systemId: string): Finding => {
  let parsed: unknown;
  try {
    parsed = parseJson(body);
  } catch {
    return 'answer-not-json';
  }
  if (!isObject(parsed)) return 'answer-unusable';
  const answer = withKeys(parsed, ['version', 'systemId']);
  if ((asNumber(answer['version']) ?? protocolVersion) !== protocolVersion) return 'answer-other-version';
  if ((asString(answer['systemId']) ?? systemId) !== systemId) return 'answer-other-system-id';
  return 'answer-unusable';
};
