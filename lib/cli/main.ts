#!/usr/bin/env node
/**
 * The command `unitlink`.
 *
 * May import: certificates, collections, delivery, errors, flows, observability, protocol, scenario, store, testing/cloud, time, transport, unit.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { closestName } from '../collections/closest-name.js';
import { OptionError } from '../errors.js';
import { describeError } from '../observability/describe-error.js';
import { oneLine } from '../protocol/one-line.js';
import { flushed } from './io/flushed.js';
import { mainHelp, subCommands } from './options/main-help.js';
import { stopSignal } from './io/signals.js';
import { UsageError } from './options/usage-error.js';
import { withoutExperimentalWarnings } from './io/warnings.js';

type Command = (args: readonly string[], stop: AbortSignal) => Promise<number>;

const print = (text: string): number => {
  process.stdout.write(text);
  return 0;
};

const asks = (args: readonly string[], ...names: readonly string[]): boolean => args.some((arg) => names.includes(arg));

/** A sub-command that prints its help where that is asked for. */
const withHelp =
  (help: () => Promise<string>, command: Command): Command =>
  async (args, stop) =>
    asks(args, '--help', '-h') ? print(await help()) : command(args, stop);

// Imported when they are needed, so that each answers as soon as it can.
const commands: Readonly<Record<string, Command>> = {
  unit: withHelp(
    async () => (await import('./unit/help.js')).unitHelp(),
    async (args, stop) => {
      const settings = (await import('./unit/options.js')).readUnitOptions(args);
      return (await import('./unit/command.js')).runUnit(settings, stop);
    },
  ),
  demo: withHelp(
    async () => (await import('./demo/command.js')).demoHelp,
    async (args) => (await import('./demo/command.js')).runDemo(args),
  ),
  send: withHelp(
    async () => (await import('./send/options.js')).sendHelp(),
    async (args, stop) => {
      const settings = (await import('./send/options.js')).readSendOptions(args);
      return (await import('./send/command.js')).runSend(settings, stop);
    },
  ),
  top: withHelp(
    async () => (await import('./top/options.js')).topHelp(),
    async (args, stop) => {
      const settings = (await import('./top/options.js')).readTopOptions(args);
      return (await import('./top/command.js')).runTop(settings, stop);
    },
  ),
  completion: withHelp(
    async () => (await import('./completion/command.js')).completionHelp,
    async (args) => print((await import('./completion/command.js')).completion(args)),
  ),
  help: ([name], stop) => (name === undefined ? Promise.resolve(print(mainHelp())) : run([name, '--help'], stop)),
  cloud: withHelp(
    async () => (await import('./cloud/options.js')).cloudHelp(),
    async (args, stop) => {
      const settings = (await import('./cloud/options.js')).readCloudOptions(args);
      return (await import('./cloud/command.js')).runCloud(settings, stop);
    },
  ),
  doctor: withHelp(
    async () => (await import('./doctor/options.js')).doctorHelp(),
    async (args, stop) => {
      if (args.some((arg) => /^--store(=|$)/.test(arg))) {
        const settings = (await import('./store/options.js')).readExamineOptions(args);
        return (await import('./store/command.js')).examineStore(settings);
      }
      const settings = (await import('./doctor/options.js')).readDoctorOptions(args);
      return (await import('./doctor/command.js')).runDoctor(settings, stop);
    },
  ),
  store: withHelp(
    async () => (await import('./store/options.js')).storeHelp(),
    async (args) => {
      const settings = (await import('./store/options.js')).readSalvageOptions(args);
      return (await import('./store/command.js')).salvageStore(settings);
    },
  ),
  replay: withHelp(
    async () => (await import('./replay/options.js')).replayHelp(),
    async (args, stop) => {
      const settings = (await import('./replay/options.js')).readReplayOptions(args);
      return (await import('./replay/command.js')).runReplay(settings, stop);
    },
  ),
};

const version = (): string => {
  const { version: text } = createRequire(import.meta.url)('unitlink/package.json') as { readonly version: string };
  return text;
};

const run: Command = async ([name = '', ...args], stop) => {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (asks(command ? args : [name], '--version', '-v')) return print(`${version()}\n`);
  if (command) return command(args, stop);
  if (asks([name], '--help', '-h')) return print(mainHelp());
  const closest = closestName(name, Object.keys(commands));
  const instead = closest === undefined ? '' : `, perhaps ${closest}`;
  const got = name === '' ? 'a sub-command is missing' : `${JSON.stringify(name)} is no sub-command${instead}`;
  throw new UsageError(
    `${got}, there are ${Object.keys(subCommands)
      .join(', ')
      .replace(/, (\w+)$/, ' and $1')} (see unitlink --help)`,
  );
};

const main: Command = async (args, stop) => {
  try {
    return await run(args, stop);
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof OptionError;
    const who = args[0] !== undefined && Object.hasOwn(commands, args[0]) ? `unitlink ${args[0]}` : 'unitlink';
    process.stderr.write(`${who}: ${oneLine(describeError(error).message)}\n`);
    return isUsage ? 2 : 1;
  }
};

// A reader that went away is no reason to crash; the sub-commands that go on writing look after it themselves.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
withoutExperimentalWarnings();

const exitCode = await main(process.argv.slice(2), stopSignal());
const read = await flushed(process.stdout);
if (read === 'slow') process.stderr.write('unitlink: the last lines of stdout were not read\n');
await flushed(process.stderr);
// Rather than wait for its end: stdin may stay open.
process.exit(read === 'all' ? exitCode : exitCode || 1);
