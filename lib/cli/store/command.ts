import { OptionError, StoreError, type LostMessage } from '../../errors.js';
import { describeError } from '../../observability/describe-error.js';
import { fileStore } from '../../store/file-store.js';
import { damageOf, readJournal, type JournalContent } from '../../store/read-journal.js';
import { bestLock } from '../../store/store-lock.js';
import { jsonLines } from '../io/json-lines.js';
import type { ExamineSettings, SalvageSettings } from './options.js';
import { contentText, lostText } from './text.js';
import { UsageError } from '../options/usage-error.js';

/** Examines a store without changing anything and writes its content to stdout; resolves with the exit code. */
export const examineStore = async ({ store, json }: ExamineSettings): Promise<number> => {
  const content = await read(store, () => readJournal(store));
  const aside = await read(store, () => readJournal(store, true));
  if (content.files.length + aside.files.length === 0)
    throw new UsageError(`${JSON.stringify(store)} holds no store, or an empty one`);
  const kept = [...content.kept.values()];
  const bytes = content.files.reduce((sum, file) => sum + file.bytes.length, 0);
  const times = kept.map(({ time }) => time);
  const since = kept.length === 0 ? {} : { oldest: iso(Math.min(...times)), newest: iso(Math.max(...times)) };
  const summary = {
    kept: kept.length,
    ...since,
    types: countOf(kept.map(({ message }) => message.messageType)),
    bytes,
  };
  const refused = content.files.flatMap(({ name, refused: reason }) =>
    reason ? [{ file: name, why: reason.why }] : [],
  );
  const isWhole = content.lost.length + refused.length === 0;
  if (json) {
    const out = jsonLines(process.stdout);
    for (const one of refused) out.write({ event: 'refused', ...one });
    for (const one of content.lost) out.write({ event: 'lost', ...one });
    for (const one of aside.lost) out.write({ event: 'set aside', ...one });
    out.write({ event: 'result', ...summary, lost: content.lost.length, setAside: aside.lost.length });
  } else {
    print(`${store}\n${contentText(summary, Date.now())}`);
    for (const { file, why } of refused) print(`  ${file} ${why}\n`);
    print(lostText('cannot be read', content.lost));
    print(lostText('could not be read at an earlier start', aside.lost));
    print(isWhole ? '' : `  To recover the others: start the unit, or unitlink store salvage ${store}\n`);
  }
  return isWhole ? 0 : 1;
};

/** Recovers the readable messages of a store and writes a summary to stdout; resolves with the exit code. */
export const salvageStore = async ({ store, to, json }: SalvageSettings): Promise<number> => {
  const { kept, lost, damage } = await read(store, () => (to === undefined ? reopened(store) : copied(store, to)));
  if (json) {
    const out = jsonLines(process.stdout);
    for (const one of lost) out.write({ event: 'lost', ...one });
    out.write({ event: 'result', kept, lost: lost.length });
  } else {
    print(lostText('cannot be read', lost));
    if (damage && lost.length === 0) print(`  ${damage.what}\n`);
    print(`${kept} messages recovered, ${lost.length} lost; the store is ${to ?? store}\n`);
  }
  return damage ? 1 : 0;
};

interface Salvaged {
  readonly kept: number;
  readonly lost: readonly LostMessage[];
  readonly damage: StoreError | undefined;
}

/** Every open writes what can be read of a damaged store to new files. */
const reopened = async (path: string): Promise<Salvaged> => {
  await readJournal(path); // rather than make a store where there is none
  const store = fileStore(path);
  const { length } = await store.open();
  await store.close();
  const damage = store.damage?.();
  return { kept: length, lost: damage?.lost ?? [], damage };
};

const most = 1000;

const copied = async (from: string, to: string): Promise<Salvaged> => {
  const content = await lockedContent(from);
  const messages = [...content.kept.values()]
    .map(({ message }) => message)
    .sort((one, other) => one.order - other.order);
  const store = fileStore(to);
  const there = await store.open();
  try {
    if (there.length > 0) throw new UsageError(`option --to names a store that holds ${there.length} messages already`);
    for (let at = 0; at < messages.length; at += most) await store.put(messages.slice(at, at + most));
  } finally {
    await store.close();
  }
  return { kept: messages.length, lost: content.lost, damage: damageOf(from, content) };
};

/** The content of a store that no unit uses; of one on a disk that can only be read, none can. */
const lockedContent = async (path: string): Promise<JournalContent> => {
  let content = await readJournal(path);
  if (content.files.length === 0) return readJournal(path, true);
  const release = await bestLock()(path).catch((cause: unknown) => {
    if (cause instanceof StoreError && cause.code === 'LOCKED') throw cause;
  });
  content = await readJournal(path);
  await release?.();
  return content;
};

const read = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof OptionError || cause instanceof UsageError) throw cause;
    if (cause instanceof StoreError) throw new UsageError(cause.message);
    throw new UsageError(`the store ${JSON.stringify(path)} cannot be read: ${describeError(cause).message}`);
  }
};

const print = (text: string): unknown => process.stdout.write(text);
const iso = (time: number): string => new Date(time).toISOString();

const countOf = (names: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
