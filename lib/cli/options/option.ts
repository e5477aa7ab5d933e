import { redactText } from '../../protocol/redact-text.js';
import { isProxyUrl } from '../../transport/proxy.js';
import { maxTimeout } from '../../time/max-timeout.js';

/** A long option of a sub-command. */
export interface Option<T> {
  /** The placeholder of the value in the help text; a flag has none. */
  readonly placeholder?: string;
  /** For the help text. */
  readonly about: string;
  /** A description of valid values, as used in errors. */
  readonly takes: string;
  readonly isRequired?: boolean;
  /** The value where none is given. */
  readonly fallback?: T;
  /** The value in a text of the command line. */
  readonly read: (text: string) => unknown;
  /** Returns true if this value is valid. */
  readonly fits: (value: unknown) => boolean;
  /** Its value is not to be shown. */
  readonly isSecret?: boolean;
}

/** The options of a sub-command by their names in camelCase. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The table of options that these settings come from. */
export type OptionsOf<Settings> = { readonly [Name in keyof Settings]: Option<Settings[Name]> };

/** The values that a table of options takes. */
export type ValuesOf<Options extends OptionTable> = {
  readonly [Name in keyof Options]: Options[Name] extends Option<infer T> ? T : never;
};

const asIs = (given: string): string => given;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** A text that must be given. */
export const requiredText = (placeholder: string, about: string): Option<string> => ({
  placeholder,
  about,
  takes: 'a text that is not empty',
  isRequired: true,
  read: asIs,
  fits: isText,
});

/** A text that need not be given. */
export const text = (placeholder: string, about: string, isSecret = false): Option<string | undefined> => ({
  placeholder,
  about,
  takes: 'a text that is not empty',
  read: asIs,
  fits: isText,
  isSecret,
});

/** An HTTPS URL, or an HTTP one; whether that is wanted is up to the sub-command. */
export const url = (about: string): Option<string | undefined> => ({
  placeholder: 'URL',
  about,
  takes: 'an https URL without user name and password',
  read: asIs,
  fits: (value) => {
    if (typeof value !== 'string' || !URL.canParse(value)) return false;
    const { protocol, username, password } = new URL(value);
    return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
  },
});

/** The URL of a proxy, which is not shown: a password may be in it. */
export const proxyUrl = (): Option<string | undefined> => ({
  placeholder: 'URL',
  about:
    'The proxy that discovery and WebSocket go through, http://user:password@host:port; better given as UNITLINK_PROXY, which other users of this machine cannot see. Default: that of HTTPS_PROXY, unless NO_PROXY excludes the host.',
  takes: 'the http or https URL of a proxy',
  read: asIs,
  fits: isProxyUrl,
  isSecret: true,
});

/** A whole number in a range, without a default unless one is named. */
export const whole = <T extends number | undefined = undefined>(
  placeholder: string,
  about: string,
  { least = 0, most = maxTimeout, fallback }: { least?: number; most?: number; fallback?: T } = {},
): Option<number | T> => ({
  placeholder,
  about,
  takes: `a whole number${placeholder === 'MS' ? ' of milliseconds' : ''} from ${least} to ${most}`,
  ...(fallback === undefined ? {} : { fallback }),
  read: (given) => (/^-?\d+$/.test(given) ? Number(given) : given),
  fits: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
});

/** A number in a range that may have a fraction; without a default. */
export const decimal = (
  placeholder: string,
  about: string,
  { least, most }: { least: number; most: number },
): Option<number | undefined> => ({
  placeholder,
  about,
  takes: `a number from ${least} to ${most}`,
  read: (given) => (/^\d+(?:\.\d+)?$/.test(given) ? Number(given) : given),
  fits: (value) => typeof value === 'number' && value >= least && value <= most,
});

/** The port of `/metrics`, and of what `also` names; without it there is none. */
export const metricsPort = (also = ''): Option<number | undefined> =>
  whole(
    'PORT',
    `Serve metrics for Prometheus at http://127.0.0.1:PORT/metrics${also}; 0 takes any free port. Default: not.`,
    { most: 65_535 },
  );

/** One of a few words; without a default unless one is named. */
export const oneOf = <Word extends string, Fallback extends Word | undefined = undefined>(
  words: readonly Word[],
  about: string,
  fallback?: Fallback,
): Option<Word | Fallback> => ({
  placeholder: words.join('|'),
  about,
  takes: words.join(', ').replace(/, (\S+)$/, ' or $1'),
  ...(fallback === undefined ? {} : { fallback }),
  read: asIs,
  fits: (value) => words.some((word) => word === value),
});

/** A list of words, with commas between them on the line, and a list of texts in a config file. */
export const wordList = (
  placeholder: string,
  about: string,
  takes: string,
  isWord: (word: string) => boolean,
): Option<readonly string[] | undefined> => ({
  placeholder,
  about,
  takes,
  read: (given) => given.split(',').map((word) => word.trim()),
  fits: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string' && isWord(word)),
});

/** An option without a value on the line, and with true or false in a config file. */
export const flag = (about: string): Option<boolean> => ({
  about,
  takes: 'true or false',
  fallback: false,
  read: asIs,
  fits: (value) => typeof value === 'boolean',
});

/** `ackTimeout` as the environment spells it: `UNITLINK_ACK_TIMEOUT`. */
export const variable = (name: string): string =>
  `UNITLINK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** `ackTimeout` as the command line spells it. */
export const dashed = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A value as an error may show it. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(redactText(value).slice(0, 80));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
};
