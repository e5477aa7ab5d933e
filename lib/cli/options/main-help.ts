/** The sub-commands, with what each does. */
export const subCommands: Readonly<Record<string, string>> = {
  demo: 'Shows half a minute of a unit and its cloud, on this machine.',
  unit: 'Runs a unit: one message a line on stdin, one event a line on stdout.',
  send: 'Delivers one message and exits.',
  top: 'Shows a unit that runs, live in the terminal.',
  doctor: 'Finds out why a unit cannot connect.',
  cloud: 'Runs a cloud for development on this machine.',
  store: 'Recovers the messages of a store that is damaged.',
  replay: 'Plays scenarios, and message logs from the field.',
  completion: 'Prints what a shell needs to complete this command: bash, zsh or fish.',
  help: 'Prints this, or the help of a sub-command.',
};

const width = Math.max(...Object.keys(subCommands).map(({ length }) => length));

/** The help text of the command itself. */
export const mainHelp = (): string => `Usage: unitlink <sub-command> [options]

Keeps an edge unit connected to its cloud and delivers every message at least once.

Sub-commands:
${Object.entries(subCommands)
  .map(([name, about]) => `  ${name.padEnd(width)}  ${about}`)
  .join('\n')}

Options:
  -h, --help     Print this and exit; after a sub-command, its own options.
  -v, --version  Print the version and exit.
`;
