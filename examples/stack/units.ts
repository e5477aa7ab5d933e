// Units that send all the time: a process of its own, so that what they cost delays no page.
import { createClient } from '@redis/client';
import { setPriority } from 'node:os';
import { filter, firstValueFrom } from 'rxjs';
import { connectUnit, type Unit } from 'unitlink';
import { pause } from '../failover/programs.js';
import { answer } from './questions.js';

/** Some units to connect. */
export interface UnitsToConnect {
  readonly discoveryUrl: string;
  readonly ca: string;
  readonly units: readonly { readonly systemId: string; readonly cert: string; readonly key: string }[];
  /** The time between two messages of one unit, in milliseconds. */
  readonly interval: number;
}

/** What this process can be asked. */
export interface UnitAnswers {
  /** Settles once all are connected. */
  connect(given: UnitsToConnect): Promise<void>;
  /** The number of messages. */
  acknowledged(): number;
  /** Sends no more, and waits for the answers to what was sent, for so many milliseconds. */
  end(patience: number): Promise<void>;
  /** The messages that were acknowledged and are not handled, by the Redis at this URL. */
  lost(ledgerUrl: string): Promise<string[]>;
  stop(): Promise<void>;
}

// Units are elsewhere: what they compute must not keep servers and pages waiting.
setPriority(5);

const units: Unit[] = [];
const acknowledged = new Set<string>();
const pending = new Set<Promise<unknown>>();
let sending: NodeJS.Timeout | undefined;

const isConnected = ({ state }: { readonly state: string }): boolean => state === 'connected';

const send = (unit: Unit): void => {
  const { txn, acknowledged: settled } = unit.send({ messageType: 'alerts', items: [] });
  const ended: Promise<unknown> = settled
    .then(() => acknowledged.add(txn))
    .catch(() => undefined)
    .finally(() => pending.delete(ended));
  pending.add(ended);
};

/** Has the units send one after the other, so that the load is the same at all times. */
const sendInTurn = (interval: number): void => {
  let begun = performance.now();
  let sent = 0;
  sending = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / interval) * units.length);
    // What a busy process did not send in time is left out.
    if (due - sent > units.length) [begun, sent] = [performance.now(), 0];
    else
      for (; sent < due; sent++) {
        const unit = units[sent % units.length];
        if (unit !== undefined) send(unit);
      }
  }, 10);
};

const answers: UnitAnswers = {
  connect: async ({ discoveryUrl, ca, units: given, interval }: UnitsToConnect) => {
    for (const { systemId, cert, key } of given) {
      const credentials = { ca, cert, key };
      const unit = connectUnit({
        ...{ systemId, credentials, overrideDiscoveryUrl: discoveryUrl, ackTimeout: 3000 },
        backoff: 'fleet', // many units lose their server at the same time
      });
      unit.state$.subscribe();
      units.push(unit);
    }
    await Promise.all(
      units.map(({ state$ }) => firstValueFrom(state$.pipe(filter(isConnected)), { defaultValue: undefined })),
    );
    sendInTurn(interval);
  },
  acknowledged: () => acknowledged.size,
  end: async (patience: number) => {
    clearInterval(sending);
    const until = performance.now() + patience;
    while (pending.size > 0 && performance.now() < until) await pause(100);
  },
  lost: async (ledgerUrl: string) => {
    const ledger = createClient({ url: ledgerUrl }).on('error', () => undefined);
    await ledger.connect();
    const handled = new Set(await ledger.sendCommand<string[]>(['SMEMBERS', 'stack:handled']));
    ledger.destroy();
    return [...acknowledged].filter((txn) => !handled.has(txn));
  },
  stop: async () => {
    clearInterval(sending);
    await Promise.all(units.map((unit) => unit.stop()));
  },
};

answer(answers);
