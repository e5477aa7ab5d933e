/** The help text of the command itself. */
export const mainHelp = `Usage: unitlink <sub-command> [options]

Keeps an edge unit connected to its cloud and delivers every message at least once.

Sub-commands:
  unit    Runs a unit: one message a line on stdin, one event a line on stdout.
  cloud   Runs a cloud for development on this machine.
  doctor  Finds out why a unit cannot connect.
  store   Recovers the messages of a store that is damaged.
  replay  Plays scenarios, and message logs from the field.

Options:
  --help     Print this and exit; after a sub-command, its own options.
  --version  Print the version and exit.
`;
