import { isSecretName, secretNames } from './secret-names.js';

/** The text that replaces a secret. */
export const hidden = '***';

const privateKey = /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY-----[^]*?(?:-----END \1PRIVATE KEY-----|$)/g;
const bearer = /\b(bearer(?:\s|%20|\\+[nrt])+)[^\s"'<>,;\\]+/gi;
/** A word in small letters is prose, such as `basic authentication`; credentials in base64 hardly ever are. */
const basic = /\b([Bb]asic(?:\s|%20|\\+[nrt])+)(?![a-z]+\b)[\w+/=.~-]+/g;
/** User name and password as options of a command such as curl take them. */
const user =
  /((?<![\w-])(?:-[A-Za-z]{0,8}[uU]|--(?:proxy-)?user)(?:\s+|=|\\+[nrt]))(?:(\\*["'])[^"':\s]+:[^"']*|[^\s"':\\/]+:[^\s"'\\]+)/g;
/** An option with the name of a secret, and its value as the next word. */
const option = new RegExp(
  String.raw`(?<![\w-])(--?(?:${secretNames})\s+)(?:(\\*["'])[^"']*|[^\s"'\\-][^\s"'\\]*)`,
  'gi',
);
/** In JSON, which may be part of the text, each `/` may have a backslash before it. */
const url = /\b([a-z][a-z0-9+.-]{0,20}:(?:\\*\/){2})([^\s"'<>]*)/gi;
/** The query of a URL without its scheme, as a request has it. */
const query = /\?[\w.~%+-]{1,256}=[^\s"'<>]*/g;
const element = /(<([\w:.-]{1,256})(?:\s[^<>]*)?>)[^<]*/g;
const member = new RegExp(
  [
    // A name, and a colon or an equals sign, both with quotes of any language around the name.
    String.raw`(?<![\w.-])(${secretNames})([\\"'\]]*\s*(?::|=>?)\s*)`,
    '(?:',
    [
      String.raw`"(?:[^"\\]|\\[^])*(?:"|\\?$)`,
      String.raw`'(?:[^'\\]|\\[^])*(?:'|\\?$)`,
      String.raw`(\\+["'])[^]*?(?:\3|$)`,
      // Where a list or an object ends cannot be seen in a piece of a text.
      String.raw`[[{][^]*`,
      String.raw`[^\s"',;&<>)\]}]+`,
    ].join('|'),
    ')',
  ].join(''),
  'gi',
);
/** The value of a header has more than one word. */
const header = /(?<![\w-])((?:proxy-?)?authorization|(?:set-?)?cookie)([\\"']*\s*[:=]\s*)(?!["'\\[{])[^\r\n"'\\]+/gi;
/** Few texts hold any of what these look for. */
const suspicious = /[:=?<]|-----BEGIN|bearer|basic|(?<![\w-])--?[a-z]/i;

/**
 * Replaces the secrets in a text by `***`: PEM private keys, bearer tokens and Basic credentials, the user name, password,
 * query and fragment of every URL, user name and password in the options of a command (`curl -u name:password`), and
 * values with the name of a secret, be it in JSON, in a form, in a header, in an option, in YAML or in XML. The text may be
 * a piece of these: a value may be cut off, and where a list or an object has the name of a secret, the rest of the text
 * is left out.
 */
export const redactText = (text: string): string =>
  suspicious.test(text)
    ? text
        .replace(privateKey, `-----BEGIN $1PRIVATE KEY-----${hidden}`)
        .replace(bearer, `$1${hidden}`)
        .replace(basic, `$1${hidden}`)
        .replace(user, `$1$2${hidden}`)
        .replace(option, `$1$2${hidden}`)
        .replace(url, (_, scheme: string, rest: string) => `${scheme}${withoutSecrets(rest)}`)
        .replace(query, `?${hidden}`)
        .replace(header, `$1$2${hidden}`)
        .replace(member, (match, name: string, sign: string) =>
          isProse(name, sign) ? match : `${name}${sign}${sign.startsWith('"') ? `"${hidden}"` : hidden}`,
        )
        .replace(element, (match, start: string, name: string) => (isSecretName(name) ? `${start}${hidden}` : match))
    : text;

/** `the private key: it cannot be read` is no value. */
const isProse = (name: string, sign: string): boolean => sign === ': ' && name.toLowerCase() === 'key';

/** The part of a URL behind `scheme://` that can be shown. */
const withoutSecrets = (rest: string): string => {
  const [, address = '', end = ''] = /^([^?#]*)([?#]?)/.exec(rest) ?? [];
  const [authority = ''] = address.split('/');
  // A password may have a slash in it; what looks like a port then is none.
  const isBroken = /:[^\d\\]/.test(authority) && !authority.startsWith('[');
  const at = (authority.includes('@') || !isBroken ? authority : address).lastIndexOf('@');
  return `${at < 0 ? '' : `${hidden}@`}${address.slice(at + 1)}${end === '' ? '' : `${end}${hidden}`}`;
};
