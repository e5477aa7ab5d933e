import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';

// Hooks for `register` of node:module. `…/unit.js?without=deadLink` loads a copy of that module and of all modules that it
// imports, in which the operator of this name throws when it is called.

const query = /\?without=(\w+)$/;

export const resolve: ResolveHook = async (specifier, context, next) => {
  const resolved = await next(specifier, context);
  const [suffix] = query.exec(context.parentURL ?? '') ?? [''];
  const isOurs = specifier.startsWith('.') && !query.test(resolved.url);
  return isOurs ? { ...resolved, url: resolved.url + suffix } : resolved;
};

export const load: LoadHook = async (url, context, next) => {
  const [, name = ''] = query.exec(url) ?? [];
  const file = `/operators/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.js`;
  if (name === '' || !url.replace(query, '').endsWith(file)) return next(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  const head = `export const ${name} =`;
  if (!source.includes(head)) throw new Error(`${file} does not export ${name}`);
  const planted = `\n${head} () => { throw new Error('${name} is called'); };\n`;
  return { format: 'module', shortCircuit: true, source: source.replace(head, 'const original =') + planted };
};
