/** What Node has and a browser has not: nothing of it is reached on virtual time, but modules name it. */

const absent = /^(?:node:.+|ws|node-fetch|https-proxy-agent|proxy-from-env|@peculiar\/x509|reflect-metadata)$/;

const code = `
const absent = new Proxy(function () {}, {
  get: (target, key) => (key === 'prototype' ? target.prototype : absent),
  apply: () => absent,
  construct: () => absent,
});
export const randomUUID = () => crypto.randomUUID();
export default absent;`;

/** A module of CommonJS, whose default the bundler would not take for the module, as Node does. */
const ucs2length = 'ajv/dist/runtime/ucs2length.js';

export const absentInBrowsers = () => ({
  name: 'absent-in-browsers',
  enforce: 'pre',
  resolveId: (id) => (absent.test(id) || id === ucs2length ? `\0${id}` : undefined),
  load: (id) => {
    if (id === `\0${ucs2length}`) return 'export default { default: (text) => [...text].length };';
    return absent.test(id.slice(1)) ? { code, syntheticNamedExports: true } : undefined;
  },
});
