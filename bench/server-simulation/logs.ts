import { delay, filter, identity } from 'rxjs';
import { logInStore } from '../../lib/server/file-log.js';
import type { DashboardLog, LogEntry, LogPosition, LogRecord } from '../../lib/server/log.js';
import { memoryLog } from '../../lib/server/memory-log.js';
import { committedStore } from '../../lib/store/committed-store.js';
import type { StoredMessage } from '../../lib/store/types.js';
import type { LogPort } from './log-port.js';
import type { ServerWorld } from './world.js';

/** What outlives the processes: the disk of one machine, or a service that several servers share. */
export interface Lasting {
  /** Opens the log for a process. */
  readonly open: (port: LogPort) => DashboardLog;
}

/** A disk on which what was synced stays: a batch that is under way in a crash is there in part. */
export const lastingDisk = ({ plan, monitors }: ServerWorld): Lasting => {
  const kept = new Map<number, StoredMessage>();
  const put = (message: StoredMessage): void => {
    kept.set(message.order, message);
    if (message.messageType === 'entry') monitors.placed(JSON.parse(message.frame) as LogEntry);
  };
  const write = (port: LogPort) => (messages: readonly StoredMessage[], removals: readonly number[]) =>
    port.change(messages.length + 1, (parts) => {
      for (const message of messages.slice(0, parts)) put(message);
      if (parts > messages.length) for (const order of removals) kept.delete(order);
    });
  return {
    open: (port) => {
      const content = () =>
        port.read(() => ({
          messages: [...kept.values()].sort((one, other) => one.order - other.order),
          damage: undefined,
          write: write(port),
          close: () => Promise.resolve(),
        }));
      return logInStore(committedStore('disk', content, {}), { keep: plan.keep });
    },
  };
};

/** A service that keeps all that it was given, whatever becomes of who gave it. */
export const lastingService = ({ plan, monitors }: ServerWorld): Lasting => {
  const service = memoryLog({ keep: plan.keep });
  const offsets = new Map<string, number>();
  const epoch = service.position('').then((position) => position.epoch);
  const append = (topic: string, record: LogRecord): number => {
    const offset = (offsets.get(topic) ?? 0) + 1;
    offsets.set(topic, offset);
    const written = JSON.parse(JSON.stringify(record)) as LogRecord; // as over a wire
    monitors.placed({ ...written, topic, offset });
    void service.append(topic, written);
    return offset;
  };
  return {
    open: (port) => ({
      keep: plan.keep,
      isShared: true,
      append: async (topic, record): Promise<LogPosition> => {
        let offset = 0;
        await port.change(1, (parts) => {
          if (parts > 0) offset = append(topic, record);
        });
        return { epoch: await epoch, offset };
      },
      position: (topic) => port.read(() => service.position(topic)).then(identity),
      read: (topic) => port.read(() => service.read(topic)).then(identity),
      watch: (after) =>
        service.watch(after).pipe(
          plan.logLatency > 0 ? delay(plan.logLatency) : identity,
          filter(() => !port.isDead),
        ),
      close: () => Promise.resolve(),
    }),
  };
};
