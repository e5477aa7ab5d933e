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

type Command = (args: readonly string[], stop: AbortSignal) => Promise<number>;

const print = (text: string): number => {
  process.stdout.write(text);
  return 0;
};

const asks = (args: readonly string[], ...names: readonly string[]): boolean => args.some((arg) => names.includes(arg));

// Imported when they are needed, so that each answers as soon as it can.
const commands: Readonly<Record<string, Command>> = {
  unit: async (args, stop) => {
    const { readUnitOptions } = await import('./unit/options.js');
    const { unitHelp } = await import('./unit/help.js');
    if (asks(args, '--help', '-h')) return print(unitHelp());
    const settings = readUnitOptions(args);
    const { runUnit } = await import('./unit/command.js');
    return runUnit(settings, stop);
  },
  demo: async (args) => {
    const { demoHelp, runDemo } = await import('./demo/command.js');
    return asks(args, '--help', '-h') ? print(demoHelp) : runDemo(args);
  },
  send: async (args, stop) => {
    const { readSendOptions, sendHelp } = await import('./send/options.js');
    if (asks(args, '--help', '-h')) return print(sendHelp());
    const settings = readSendOptions(args);
    const { runSend } = await import('./send/command.js');
    return runSend(settings, stop);
  },
  completion: async (args) => {
    const { completion, completionHelp } = await import('./completion/command.js');
    return print(asks(args, '--help', '-h') ? completionHelp : completion(args));
  },
  help: ([name], stop) => (name === undefined ? Promise.resolve(print(mainHelp())) : run([name, '--help'], stop)),
  cloud: async (args, stop) => {
    const { cloudHelp, readCloudOptions } = await import('./cloud/options.js');
    if (asks(args, '--help', '-h')) return print(cloudHelp());
    const settings = readCloudOptions(args);
    const { runCloud } = await import('./cloud/command.js');
    return runCloud(settings, stop);
  },
  doctor: async (args, stop) => {
    const { doctorHelp, readDoctorOptions } = await import('./doctor/options.js');
    if (asks(args, '--help', '-h')) return print(doctorHelp());
    if (args.some((arg) => /^--store(=|$)/.test(arg))) {
      const { readExamineOptions } = await import('./store/options.js');
      const { examineStore } = await import('./store/command.js');
      return examineStore(readExamineOptions(args));
    }
    const settings = readDoctorOptions(args);
    const { runDoctor } = await import('./doctor/command.js');
    return runDoctor(settings, stop);
  },
  store: async (args) => {
    const { readSalvageOptions, storeHelp } = await import('./store/options.js');
    if (asks(args, '--help', '-h')) return print(storeHelp());
    const settings = readSalvageOptions(args);
    const { salvageStore } = await import('./store/command.js');
    return salvageStore(settings);
  },
  replay: async (args, stop) => {
    const { readReplayOptions, replayHelp } = await import('./replay/options.js');
    if (asks(args, '--help', '-h')) return print(replayHelp());
    const settings = readReplayOptions(args);
    const { runReplay } = await import('./replay/command.js');
    return runReplay(settings, stop);
  },
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

const exitCode = await main(process.argv.slice(2), stopSignal());
const read = await flushed(process.stdout);
if (read === 'slow') process.stderr.write('unitlink: the last lines of stdout were not read\n');
await flushed(process.stderr);
// Rather than wait for its end: stdin may stay open.
process.exit(read === 'all' ? exitCode : exitCode || 1);
