/** What Node has and a browser has not: nothing of it is reached on virtual time, but modules name it. */

const absent =
  /^(?:node:.+|(?:ws|node-fetch|https-proxy-agent|proxy-from-env|@peculiar\/x509|reflect-metadata)(?:\/.+)?)$/;

/** A module of CommonJS, whose default the bundler would not take for the module, as Node does. */
const ucs2length = 'ajv/dist/runtime/ucs2length.js';

const stub = `
const absent = new Proxy(function () {}, {
  get: (target, key) => (key === 'prototype' ? target.prototype : absent),
  apply: () => absent,
  construct: () => absent,
});
const randomUUID = () => crypto.randomUUID();`;

/** A module with the same names, of which only the ids of messages work. */
const stubOf = async (id) => {
  const names = Object.keys(await import(id)).filter((name) => /^\w+$/.test(name));
  const exported = new Set(['default', ...names]);
  return `${stub}\nexport { ${[...exported].map((name) => (name === 'randomUUID' ? name : `absent as ${name}`)).join(', ')} };`;
};

export const absentInBrowsers = () => ({
  name: 'absent-in-browsers',
  enforce: 'pre',
  resolveId: (id) => (absent.test(id) || id === ucs2length ? `\0${id}` : undefined),
  load: (id) => {
    if (id === `\0${ucs2length}`) return 'export default { default: (text) => [...text].length };';
    return id.startsWith('\0') && absent.test(id.slice(1)) ? stubOf(id.slice(1)) : undefined;
  },
});
