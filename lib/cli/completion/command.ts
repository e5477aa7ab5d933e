import { cloudOptionTable } from '../cloud/options.js';
import { doctorOptionTable } from '../doctor/options.js';
import { subCommands } from '../options/main-help.js';
import type { OptionTable } from '../options/option.js';
import { UsageError } from '../options/usage-error.js';
import { replayOptionTable } from '../replay/options.js';
import { sendOptionTable } from '../send/options.js';
import { storeOptionTable } from '../store/options.js';
import { topOptionTable } from '../top/options.js';
import { unitOptionTable } from '../unit/options.js';
import { completionScript, shells } from './scripts.js';

/** The help text of `unitlink completion`. */
export const completionHelp = `Usage: unitlink completion bash|zsh|fish

Prints what the shell runs to complete unitlink:
  bash  source <(unitlink completion bash)
  zsh   source <(unitlink completion zsh)
  fish  unitlink completion fish | source
`;

const tables: Readonly<Record<string, OptionTable>> = {
  unit: unitOptionTable,
  send: sendOptionTable,
  top: topOptionTable,
  doctor: doctorOptionTable,
  cloud: cloudOptionTable,
  store: storeOptionTable,
  replay: replayOptionTable,
};

/**
 * Returns the script for the shell that the arguments name.
 *
 * @throws UsageError where they name none
 */
export const completion = (args: readonly string[]): string => {
  const shell = shells.find((name) => name === args[0]);
  if (shell === undefined || args.length > 1) throw new UsageError('completion takes bash, zsh or fish');
  const commands = Object.entries(subCommands).map(([name, about]) => ({ name, about, options: tables[name] ?? {} }));
  return completionScript(shell, commands);
};
