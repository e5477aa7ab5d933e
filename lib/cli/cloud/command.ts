import { firstValueFrom, map, merge, Subject, type Observable } from 'rxjs';
import { describeError } from '../../observability/describe-error.js';
import { createLog } from '../../observability/log.js';
import type { CloudOptions } from '../../testing/cloud/options.js';
import { startCloud } from '../../testing/cloud/start-cloud.js';
import { broadcastLines } from './broadcast-lines.js';
import { listeningEvent, seenEvent, withoutSecrets, type CloudCommandEvent } from './command-events.js';
import type { CloudSettings } from './options.js';
import { ending } from '../io/ending.js';
import { jsonLines } from '../io/json-lines.js';
import { logLines } from '../io/log-lines.js';
import { openMetrics, type OpenMetrics } from '../io/open-metrics.js';
import { stdinLines } from '../io/stdin.js';
import { writeCerts } from './write-certs.js';

/** Runs a cloud between stdin and stdout until `stop` is aborted; resolves with the exit code. */
export const runCloud = async (settings: CloudSettings, stop: AbortSignal): Promise<number> => {
  const { certs: directory, showSecrets, logLevel, systemId } = settings;
  const log = createLog({ level: logLevel, write: logLines(process.stderr) });
  const out = jsonLines(process.stdout);
  const fault$ = new Subject<unknown>();

  await using shown = await openMetrics(settings.metricsPort);
  await using cloud = await startCloud(cloudOptions(settings, shown)).catch((error: unknown) => {
    throw portError(error) ?? error;
  });
  const report = (event: CloudCommandEvent, isExpendable = false) => {
    out.write(event, isExpendable);
    log('debug', event.event);
    log('trace', () => JSON.stringify(withoutSecrets(event)));
  };
  const listening = {
    ...listeningEvent(cloud, await writeCerts(cloud.credentials, directory), systemId),
    ...(shown && { metricsUrl: shown.url }),
  };
  report(listening);
  log('info', `service discovery listens at ${cloud.discoveryUrl}, the endpoint at ${cloud.url}`);
  if (process.stderr.isTTY) log('info', `connect a unit from another terminal with: ${listening.command}`);

  const event$: Observable<CloudCommandEvent> = merge(
    cloud.event$.pipe(map((event) => seenEvent(event, showSecrets, Date.now()))),
    stdinLines(process.stdin, out.ready, log).pipe(broadcastLines(cloud)),
  );
  const events = event$.subscribe({
    next: (event) => {
      report(event, true);
    },
    error: (error: unknown) => {
      fault$.next(error);
    },
  });
  const exitCode = await firstValueFrom(ending({ stop, out, log, fault$ }), { defaultValue: 1 });
  log('info', 'stopping');
  await cloud.stop();
  events.unsubscribe();
  report({ event: 'stopped' });
  return exitCode;
};

const cloudOptions = (settings: CloudSettings, shown: OpenMetrics | undefined): CloudOptions => {
  const { host, discoveryPort, port, systemId, pingInterval, noAcks, token, nextRequestDelay = null } = settings;
  const common = { host, discoveryPort, port, systemId, pingInterval, acks: !noAcks, nextRequestDelay };
  return { ...common, ...(token !== undefined && { token }), ...(shown && { metrics: shown.metrics }) };
};

/** In words that name the way out, where a port cannot be had. */
const portError = (error: unknown): Error | undefined => {
  if (!(error instanceof Error && 'port' in error && 'address' in error)) return undefined;
  const why = describeError(error).code === 'EADDRINUSE' ? 'is taken' : `cannot be had (${error.message})`;
  return new Error(
    `port ${String(error.port)} of ${String(error.address)} ${why}, choose others with --discovery-port and --port`,
    { cause: error },
  );
};
