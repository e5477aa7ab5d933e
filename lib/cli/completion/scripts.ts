import { dashed, type OptionTable } from '../options/option.js';

/** A sub-command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly about: string;
  readonly options: OptionTable;
}

/** The shells for which there is a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

const everywhere = ['--help', '--version'];

const optionsOf = ({ options }: CompletedCommand): string =>
  [...Object.keys(options).map(dashed), ...everywhere].join(' ');

const namesOf = (commands: readonly CompletedCommand[]): string => commands.map(({ name }) => name).join(' ');

const bash = (commands: readonly CompletedCommand[]): string => `_unitlink() {
  local current=\${COMP_WORDS[COMP_CWORD]} words='${everywhere.join(' ')}'
  case \${COMP_WORDS[1]} in
${commands.map((command) => `    ${command.name}) words='${optionsOf(command)}' ;;`).join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${namesOf(commands)} ${everywhere.join(' ')}' -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _unitlink unitlink
`;

const zsh = (commands: readonly CompletedCommand[]): string => `#compdef unitlink
_unitlink() {
  if (( CURRENT == 2 )); then
    compadd -- ${namesOf(commands)} ${everywhere.join(' ')}
    return
  fi
  if [[ $words[CURRENT] != -* ]]; then
    _files
    return
  fi
  case $words[2] in
${commands.map((command) => `    ${command.name}) compadd -- ${optionsOf(command)} ;;`).join('\n')}
  esac
}
compdef _unitlink unitlink
`;

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const fish = (commands: readonly CompletedCommand[]): string =>
  `${commands
    .flatMap(({ name, about, options }) => [
      `complete -c unitlink -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
      ...Object.entries(options).map(([option, { placeholder, about: sentence }]) => {
        const value = placeholder === undefined ? '' : ' -r';
        const seen = quoted(`__fish_seen_subcommand_from ${name}`);
        return `complete -c unitlink -n ${seen} -l ${dashed(option).slice(2)}${value} -d ${quoted(sentence)}`;
      }),
    ])
    .join('\n')}\n`;

const scripts = { bash, zsh, fish };

/** Returns what the shell runs to complete the command. */
export const completionScript = (shell: Shell, commands: readonly CompletedCommand[]): string =>
  scripts[shell](commands);
