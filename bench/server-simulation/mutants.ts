import type { Mutant } from '../simulation/mutants.js';

/** One patch of a file of the server. */
const bug = (name: string, file: string, find: string, put: string): Mutant => ({
  ...{ name, model: 'server' },
  patches: [{ file: `server/${file}`, find, put }],
});

/** Bugs that the simulation of servers has to find. */
export const serverMutants: readonly Mutant[] = [
  bug(
    'a message is acknowledged before it is in the log',
    'units/replies.js',
    'void keep(message).then(',
    "void keep(message);\nvoid Promise.resolve('safe').then(",
  ),
  bug('what an earlier process kept is kept again', 'units/log-queue.js', 'this.#names.add(nameOf(value));', ';'),
  bug(
    'the first message of an earlier process is left out',
    'units/log-queue.js',
    'if (offset <= this.#handled)',
    'if (offset <= this.#handled + 1)',
  ),
  bug('what is not handled is noted as handled', 'units/log-queue.js', 'if (!isDone)', 'if (false)'),
  bug('what is not handled has no bound', 'units/log-queue.js', 'this.#bytes + size > maxUnhandled || ', ''),
  bug(
    'what is on its way into the log is not counted',
    'units/log-queue.js',
    'this.#waiting.size + this.#appending',
    'this.#waiting.size',
  ),
  bug(
    'a server stops before it has noted what is handled',
    'units/log-queue.js',
    'await this.#noting; // it may fail\n        await this.#note();',
    '',
  ),
  bug('a message whose log is slow is not answered', 'units/inbox.js', 'answer({ retryAfter });', ';'),
  bug(
    'a message that comes again on its way into the log is kept twice',
    'units/inbox.js',
    'if (known !== undefined)',
    'if (false)',
  ),
  bug(
    'a server that did not get its question through asks no more',
    'units/exchange.js',
    '!(await this.#topic.say(message))',
    '(await this.#topic.say(message)) === 0',
  ),
  bug(
    'a drain closes a session with messages that are not answered',
    'units/session.js',
    'void replies.settled().then(',
    'void Promise.resolve().then(',
  ),
  bug('discovery leads to a server that drains', 'units/unit-drain.js', '!this.isDraining() || ', 'true || '),
  bug(
    'the end of an old session takes the new one from the list',
    'units/connected-units.js',
    'if (this.#units.get(systemId)?.session !== session)',
    'if (false)',
  ),
  bug(
    'a page that comes back misses one entry more',
    'subscription.js',
    'answer.sendMissed(resume.epoch, resume.offset)',
    'answer.sendMissed(resume.epoch, resume.offset + 1)',
  ),
  bug('a new process gives out offsets again', 'file-log.js', '?? 0, entry.offset)', '?? 0, 0)'),
  {
    ...{ name: 'an entry counts as kept before it is synced', model: 'server' },
    patches: [
      {
        file: 'server/file-log.js',
        find: 'await this.#store.put([{ order: entry.order',
        put: 'void this.#store.put([{ order: entry.order',
      },
      {
        file: 'server/file-log.js',
        find: ']);\n        this.#apply(entry, ',
        put: ']).catch(() => undefined);\n        this.#apply(entry, ',
      },
    ],
  },
  bug('a row that was removed comes back with another process', 'log-memory.js', 'latest.delete(key);', ';'),
];
