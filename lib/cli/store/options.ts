import { optionsHelp } from '../options/help.js';
import { flag, requiredText, shown, text, type OptionTable } from '../options/option.js';
import { readOptions } from '../options/read-options.js';
import { UsageError } from '../options/usage-error.js';

/** The settings of `unitlink doctor --store`. */
export interface ExamineSettings {
  readonly store: string;
  readonly json: boolean;
}

/** The settings of `unitlink store salvage`. */
export interface SalvageSettings extends ExamineSettings {
  /** The file that messages are written to; undefined if they stay in the store. */
  readonly to: string | undefined;
}

const json = flag('One JSON object a line, for programs.');
const examineOptions = { store: requiredText('DIR', 'The directory of the store.'), json };
const salvageOptions = {
  to: text('DIR', 'Write the messages to a new store in this directory, and leave the damaged one as it is.'),
  json,
};

/** The options of `unitlink store`. */
export const storeOptionTable: OptionTable = salvageOptions;

/** The help text of `unitlink store`. */
export const storeHelp = (): string => `Usage: unitlink store salvage DIR [--to DIR] [options]

Recovers the messages of the store in DIR, of which no unit may run. What can be read is written to
new files, and files of which a part cannot be read are set aside in DIR; with --to, all goes to a
new store, which a unit can go on with, and DIR is left as it is. DIR may also be a directory that
holds nothing but files that were set aside.

The last line says how many messages were recovered and how many are lost. With --json each line is
an object: "lost" (txn, order, file, at) for each message that cannot be read, and at the end
"result" (kept, lost).

It exits with 0 when all could be read, with 1 when something could not, and with 2 when DIR or an
option cannot be.

Options:
${optionsHelp(salvageOptions)}
`;

/**
 * The settings on a command line of `unitlink doctor --store`.
 *
 * @throws UsageError
 */
export const readExamineOptions = (args: readonly string[]): ExamineSettings => readOptions(examineOptions, args);

/**
 * The settings on a command line of `unitlink store`.
 *
 * @throws UsageError
 */
export const readSalvageOptions = ([what, ...args]: readonly string[]): SalvageSettings => {
  if (what !== 'salvage')
    throw new UsageError(
      `${what === undefined ? 'a word is missing' : `${shown(what)} is not known`}, store takes salvage`,
    );
  const stores: string[] = [];
  const values = readOptions(salvageOptions, args, {}, (store) => stores.push(store)) as Omit<SalvageSettings, 'store'>;
  const [store, ...more] = stores;
  if (store === undefined || more.length > 0) throw new UsageError('salvage takes one directory');
  return { store, ...values };
};
