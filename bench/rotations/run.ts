import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom, interval } from 'rxjs';
import { connectUnit, fileKeystore, type Delivery } from 'unitlink';
import { startCloud } from 'unitlink/testing';

/** What the cloud and the unit saw of a number of rotations. */
export interface Rotations {
  readonly rotations: number;
  readonly messages: number;
  /** Messages that were sent and not acknowledged. */
  readonly lost: number;
  /** Handshakes that showed a certificate that was replaced before. */
  readonly stale: number;
  /** Handshakes that resumed an earlier session. */
  readonly resumed: number;
  /** Upgrades beyond one for each certificate. */
  readonly furtherUpgrades: number;
  /** How often the unit opened a second session; one for each certificate with `makeBeforeBreak`. */
  readonly secondSessions: number;
  /** Pairs that were left in the keystore besides the one in use. */
  readonly keysLeft: number;
  /** How long the link was away, in milliseconds, longest first; none where it never was. */
  readonly gaps: readonly number[];
}

/** How rotations are run. */
export interface RotationOptions {
  /** Make before break. Default false. */
  readonly makeBeforeBreak?: boolean;
  /** The time between messages, in milliseconds. */
  readonly every?: number;
  readonly onRotation?: (count: number) => void;
}

/** Renews the certificate of a unit on loopback this often, while it sends a message each few milliseconds. */
export const runRotations = async (
  rotations: number,
  { makeBeforeBreak = false, every = 5, onRotation = () => undefined }: RotationOptions = {},
): Promise<Rotations> => {
  const directory = await mkdtemp(join(tmpdir(), 'unitlink-rotations-'));
  await using cloud = await startCloud({ secondSession: makeBeforeBreak ? 'allow' : 'refuse' });
  const keystore = fileKeystore(join(directory, 'keys'));
  const online = { type: 'online', node: 'main' };
  await using unit = connectUnit({
    systemId: 'unit-1',
    credentials: cloud.credentials,
    keystore,
    mainNode: 'main',
    makeBeforeBreak,
    // The cloud has nothing to say that would prove a new link earlier, and renewals that follow each other are spaced by it.
    stableAfter: 5,
  });

  const replaced = new Set<string>();
  const gaps: number[] = [];
  let stale = 0;
  let resumed = 0;
  let secondSessions = 0;
  let away = NaN;
  cloud.event$.subscribe({
    next: (event) => {
      if (event.kind === 'opened' && cloud.counts.sessions > 1) secondSessions++;
      if (event.kind !== 'upgrade' && event.kind !== 'discovery') return;
      if (replaced.has(event.serial)) stale++;
      if (event.kind === 'upgrade' && event.resumed) resumed++;
    },
    error: console.error,
  });
  unit.addListener({
    onConnect: () => {
      if (!Number.isNaN(away)) gaps.push(performance.now() - away);
    },
    onDisconnect: () => {
      away = performance.now();
    },
  });

  const sent: Delivery[] = [];
  const traffic = interval(every).subscribe({
    next: () => sent.push(unit.send({ messageType: 'alerts', items: [] })),
    error: console.error,
  });
  await firstValueFrom(unit.state$.pipe(filter(({ state }) => state === 'connected')), { defaultValue: undefined });
  let { serial } = cloud.credentials;
  for (let count = 1; count <= rotations; count++) {
    const connected = firstValueFrom(unit.renewal$.pipe(filter(({ step }) => step === 'connected')), {
      defaultValue: undefined,
    });
    const { issued } = await cloud.renewCertificates({ certificates: [{ ...online, serial }] });
    replaced.add(serial); // the confirmation is there
    serial = issued[0]?.serial ?? '';
    await connected;
    onRotation(count);
  }
  traffic.unsubscribe();
  const delivered = await Promise.allSettled(sent.map(({ acknowledged }) => acknowledged));
  const inUse = await keystore.certificate(online);
  await unit.stop();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  return {
    ...{ rotations, stale, resumed, secondSessions },
    messages: sent.length,
    lost: delivered.filter(({ status }) => status === 'rejected').length,
    furtherUpgrades: cloud.counts.upgrades + cloud.counts.refused - rotations - 1,
    keysLeft: inUse?.serial === serial.toLowerCase() && inUse.isOnTrial !== true ? 0 : 1,
    gaps: gaps.sort((a, b) => b - a),
  };
};
