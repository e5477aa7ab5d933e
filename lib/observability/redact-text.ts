import { isSecretName } from './secret-names.js';

const privateKey = /-----BEGIN ([A-Z0-9 ]{0,40})PRIVATE KEY-----[^]*?(?:-----END \1PRIVATE KEY-----|$)/g;
const bearer = /\b(bearer\s+)[\w.~+/=-]+/gi;
const userInfo = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#@"']+@/gi;
const parameter = /([?&;])([\w-]{1,40})=[^\s&#"']+/g;
const jsonMember = /"([\w-]{1,40})"(\s*:\s*)(?:"(?:[^"\\]|\\[^])*(?:"|\\?$)|[^\s",:[{}\]]+)/g;
const jsonCollection = /"([\w-]{1,40})"\s*:\s*[[{]/g;

/**
 * The text with `***` in the place of what is secret in it: PEM private keys, bearer tokens, the user name and password
 * of a URL, and URL parameters and JSON members that have the name of a secret. The text may be a piece of JSON: a member
 * may be cut off, and where a list or an object has the name of a secret, the rest of the text is left out.
 */
export const redactText = (text: string): string =>
  withoutCollection(text)
    .replace(privateKey, '-----BEGIN $1PRIVATE KEY-----***')
    .replace(bearer, '$1***')
    .replace(userInfo, '$1***@')
    .replace(parameter, (match, before: string, name: string) => (isSecretName(name) ? `${before}${name}=***` : match))
    .replace(jsonMember, (match, name: string, colon: string) =>
      isSecretName(name) ? `"${name}"${colon}"***"` : match,
    );

/** Where a list or an object ends cannot be told in a piece of JSON. */
const withoutCollection = (text: string): string => {
  const found = [...text.matchAll(jsonCollection)].find(([, name = '']) => isSecretName(name));
  return found === undefined ? text : `${text.slice(0, found.index)}"${found[1] ?? ''}":"***"`;
};
