import { firstWorking, type Tried } from './addresses.js';
import { commonName, datesOf, describeCertificate, describeDates } from './certificate.js';
import { failed, ok, skipped, type Check } from './check.js';
import { diagnoseEnd, diagnoseName, diagnoseServer, diagnoseTls, isUntrusted, type Diagnosis } from './diagnosis.js';
import { take, type DoctorTools } from './step.js';
import { describeError } from '../../observability/describe-error.js';
import { targetOf } from '../../protocol/url.js';
import type { Finding } from './findings.js';
import type { TlsReport } from '../../transport/probes/tls.js';
import type { Credentials } from '../../transport/types.js';

/** Examines the way to the host of a URL: name, TCP, TLS. Returns whether it leads there. */
export async function* examineHost(
  url: string,
  tools: DoctorTools & { readonly credentials?: Credentials },
): AsyncGenerator<Check, boolean> {
  const { host, port, isSecure } = targetOf(url);

  const proxy$ = tools.probes.proxy?.(url);
  if (proxy$ !== undefined) {
    const proxy = await take(proxy$, url, tools);
    yield 'error' in proxy ? proxyCheck(proxy.error, proxy.took) : ok('proxy', proxy.value, { took: proxy.took });
    for (const check of ['name', 'tcp', 'tls'] as const) yield skipped(check, 'it is behind the proxy');
    return !('error' in proxy);
  }

  const name = await take(tools.probes.name(host), url, tools);
  if ('error' in name) {
    yield failedBy('name', diagnoseName(name.error), name.took, host);
    yield skipped('tcp', 'there is no address');
    yield skipped('tls', 'there is no address');
    return false;
  }
  const addresses = name.value;
  yield ok('name', addresses.join(', '), { took: name.took, figures: { host, addresses } });

  let tried = await firstWorking(addresses, port, url, tools);
  yield tcpCheck(tried, port);
  if (tried.address === undefined) {
    yield skipped('tls', 'there is no connection');
    return false;
  }
  if (!isSecure) {
    yield skipped('tls', 'the URL is one without');
    return true;
  }
  if (tools.credentials === undefined) {
    yield skipped('tls', 'the files of the unit cannot be used');
    return false;
  }
  const { credentials } = tools;
  const shake = async (address: string): Promise<Check> => {
    const tls = await take(tools.probes.tls({ address, port, host, credentials }), url, tools);
    return 'error' in tls ? failedBy('tls', diagnoseTls(tls.error), tls.took) : tlsCheck(tls.value, host, tools.now());
  };
  const first = await shake(tried.address);
  // A unit goes on to the next address in its next attempt.
  let check = first;
  const bad: string[] = [];
  while (check.verdict !== 'ok' && tried.address !== undefined) {
    bad.push(`${tried.address} ${check.code ?? check.finding ?? ''}`);
    tried = await firstWorking(addresses.slice(addresses.indexOf(tried.address) + 1), port, url, tools);
    if (tried.address !== undefined) check = await shake(tried.address);
  }
  const works = check.verdict === 'ok';
  yield works && bad.length > 0
    ? { ...check, message: `${check.message}, after ${bad.join(', ')}` }
    : works
      ? check
      : first;
  return works;
}

const proxyFindings: Readonly<Record<string, Finding>> = {
  401: 'proxy-credentials',
  403: 'proxy-forbidden',
  405: 'proxy-forbidden',
  407: 'proxy-credentials',
  500: 'proxy-host-unreachable',
  502: 'proxy-host-unreachable',
  503: 'proxy-host-unreachable',
  504: 'proxy-host-unreachable',
};

const proxyCheck = (error: unknown, took: number): Check => {
  const { code, message } = describeError(error);
  const finding =
    typeof code === 'number'
      ? (proxyFindings[code] ?? 'proxy-failed')
      : isUntrusted(code)
        ? 'proxy-untrusted'
        : 'proxy-unreachable';
  return failed('proxy', finding, message, { took, ...(code === undefined ? {} : { code }) });
};

const failedBy = (check: Check['check'], { finding, detail, code }: Diagnosis, took: number, what?: string): Check =>
  failed(check, finding, [what, detail === '' ? code : detail].filter((part) => part !== undefined).join(', '), {
    took,
    ...(code === undefined ? {} : { code }),
  });

const tcpCheck = ({ address, took, failures }: Tried, port: number): Check => {
  const said = failures.map((failure) => `${failure.address} ${failure.code ?? failure.detail}`).join(', ');
  if (address !== undefined)
    return ok('tcp', `${address} port ${port}${said === '' ? '' : `, after ${said}`}`, {
      took,
      figures: { address, port },
    });
  const [first] = failures;
  return failed('tcp', first?.finding ?? 'connection-failed', `port ${port}: ${said}`, {
    took,
    ...(first?.code === undefined ? {} : { code: first.code }),
  });
};

const tlsCheck = (report: TlsReport, host: string, now: number): Check => {
  const { protocol, cipher, took, chain, untrusted, ended } = report;
  const [leaf] = chain;
  const certificates = chain.map((certificate) => describeCertificate(certificate, now));
  const extras = { took, figures: { protocol, cipher, certificates } };
  const who =
    leaf === undefined
      ? 'no certificate'
      : `${commonName(leaf.subject)}, issued by ${commonName(leaf.issuer)}, ${describeDates(leaf, now)}`;
  if (untrusted !== undefined) {
    const hasExpiredIssuer = leaf !== undefined && datesOf(leaf, now) !== 'expired';
    const finding = diagnoseServer(untrusted, hasExpiredIssuer);
    const names = finding === 'wrong-host-name' ? `; ${host} is not among ${leaf?.subjectAltName ?? 'its names'}` : '';
    return failed('tls', finding, `${who}${names}`, { ...extras, code: untrusted });
  }
  if (ended !== undefined) {
    const { finding, detail, code } = diagnoseEnd(ended);
    return failed('tls', finding, String(code ?? detail), { ...extras, ...(code === undefined ? {} : { code }) });
  }
  return ok('tls', `${protocol}, ${who}`, extras);
};
