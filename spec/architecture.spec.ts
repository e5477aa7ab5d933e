import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { sourceFiles } from './support/source-files.js';

const ofNetwork = ['ws', 'node-fetch', 'node-fetch/src/index.js', 'node:net', 'node:tls', 'node:http', 'node:https'];

interface Import {
  readonly file: string;
  readonly part: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = sourceFiles('lib');

/** What the folder of a file says that it may import, in the opening comment of one of its files. */
const allowed = new Map<string, readonly string[]>();
for (const file of files) {
  const [, list] =
    /^(?:#!.*\n)?\/\*\*(?:(?!\*\/)[^])*?\n \* May import: ([^.]*)\./.exec(readFileSync(join('lib', file), 'utf8')) ??
    [];
  const folder = dirname(file);
  if (list === undefined) continue;
  if (allowed.has(folder)) throw new Error(`lib/${folder} says twice what it may import, also in ${file}`);
  allowed.set(folder, list === 'nothing' ? [] : list.split(/,\s+(?:\* )?/));
}

/** The innermost folder with such a comment; for a file of lib itself, its name. */
const partOf = (file: string): string => {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) if (allowed.has(folder)) return folder;
  return file.replace(/\.ts$/, '');
};

const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(join('lib', file), 'utf8').matchAll(/^(?:import|export) (type )?(?:[^;]*? from )?'([^']+)';/gms),
  ].map(([, type, target = '']) => ({
    file,
    part: partOf(file),
    target: target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts') : target,
    typeOnly: type !== undefined,
  }));

const imports = files.flatMap(importsOf);
const inside = imports.filter(({ target }) => target.endsWith('.ts'));

/** An example in a comment may subscribe. */
const withoutComments = (text: string): string => text.replace(/\/\*[^]*?\*\//g, '');

describe('the architecture', () => {
  it('has two files at the top, and folders that say what they may import', () => {
    const top = files.filter((file) => !file.includes('/'));
    expect(top.sort()).to.deep.equal(['errors.ts', 'index.ts']);
    expect(files.filter((file) => file.includes('/') && !allowed.has(partOf(file)))).to.deep.equal([]);
  });

  it('imports only what the folders say, types included', () => {
    const said = (part: string, to: string) => part === to || (allowed.get(part) ?? []).includes(to);
    const wrong = inside.filter(
      ({ part, target }) => part !== 'index' && part !== 'errors' && !said(part, partOf(target)),
    );
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).to.deep.equal([]);
    const used = new Set(inside.map(({ part, target }) => `${part} → ${partOf(target)}`));
    const idle = [...allowed]
      .flatMap(([part, list]) => list.map((to) => `${part} → ${to}`))
      .filter((one) => !used.has(one));
    expect(idle).to.deep.equal([]);
  });

  it('has no arrow in its picture that is no import', () => {
    const [, picture = ''] =
      /```mermaid\nflowchart TB\n([^]*?)```/.exec(readFileSync('docs/architecture.md', 'utf8')) ?? [];
    const arrows = [...picture.matchAll(/^ *(\S+) --> (.*)$/gm)].flatMap(([, from = '', targets = '']) =>
      targets.split(' & ').map((to) => [from, to] as const),
    );
    expect(arrows).to.have.length.above(20);
    expect(arrows.filter(([from, to]) => !allowed.get(from)?.includes(to))).to.deep.equal([]);
  });

  it('has no circle of folders or files, types included', () => {
    const graphs = [
      inside.map(({ file, target }) => [file, target]),
      inside.map(({ part, target }) => [part, partOf(target)]),
    ];
    for (const graph of graphs) {
      const next = new Map<string, Set<string>>();
      for (const [from = '', to = ''] of graph) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
      const done = new Set<string>();
      const circle = (node: string, path: readonly string[]): string | undefined => {
        if (path.includes(node)) return [...path.slice(path.indexOf(node)), node].join(' → ');
        if (done.has(node)) return undefined;
        for (const to of next.get(node) ?? []) {
          const found = circle(to, [...path, node]);
          if (found !== undefined) return found;
        }
        done.add(node);
        return undefined;
      };
      expect([...next.keys()].map((node) => circle(node, [])).filter((found) => found !== undefined)).to.deep.equal([]);
    }
  });

  const resolved = (target: string) => (target === '#web-socket' ? 'transport/browser-web-socket.ts' : target);
  const ofPage = new Set(files.filter((file) => partOf(file) === 'dashboard'));
  for (const file of ofPage)
    for (const { file: from, target, typeOnly } of imports)
      if (from === file && !typeOnly) ofPage.add(resolved(target));

  it('lets a dashboard reach nothing that a browser has not', () => {
    expect([...ofPage].filter((target) => !target.endsWith('.ts') && target !== 'rxjs')).to.deep.equal([]);
  });

  it('lets a page load operators/lean.ts instead of what brings the schedulers of RxJS', () => {
    const heavy = /^(?:merge|concat|timer|interval|of|from|(?:start|end|merge|concat)With|repeat|retry|delay)$/;
    const wrong = [...ofPage]
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const [, names = ''] = /^import \{([^}]*)\} from 'rxjs';/m.exec(readFileSync(join('lib', file), 'utf8')) ?? [];
        return names
          .split(/[\s,]+/)
          .filter((name) => heavy.test(name))
          .map((name) => `${file}: ${name}`);
      });
    expect(wrong).to.deep.equal([]);
  });

  it('reaches OpenTelemetry and prom-client only by entries of their own', () => {
    const optional = /^(?:@opentelemetry\/|prom-client$)/;
    const reached = new Set<string>();
    const reach = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { target, typeOnly } of imports.filter((one) => one.file === file)) if (!typeOnly) reach(target);
    };
    for (const entry of ['index.ts', 'testing/index.ts', 'cli/main.ts']) reach(entry);
    expect([...reached].filter((target) => optional.test(target))).to.deep.equal([]);
    const users = imports.filter(({ target }) => optional.test(target)).map(({ file }) => file);
    expect(users.sort()).to.deep.equal(['observability/otel.ts', 'observability/prom.ts']);
  });

  it('keeps what measures in memory free of everything, the table of instruments included', () => {
    const wrong = imports.filter(({ file, typeOnly }) => file === 'observability/memory-metrics.ts' && !typeOnly);
    expect(wrong).to.deep.equal([]);
  });

  it('lets nobody import an index.ts but the package itself and the entry for tests', () => {
    const wrong = inside.filter(({ file, target }) => target.endsWith('index.ts') && file !== 'index.ts');
    expect(wrong).to.deep.equal([]);
  });

  it('touches the network only in transport and testing', () => {
    const wrong = imports.filter(
      ({ part, target }) => ofNetwork.includes(target) && !/^(?:transport|server|testing|scenario)/.test(part),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps operators pure: only rxjs and errors', () => {
    const wrong = imports.filter(
      ({ part, target }) => part === 'operators' && !target.endsWith('.ts') && target !== 'rxjs',
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps protocol free of rxjs and I/O', () => {
    const wrong = imports.filter(
      ({ part, target }) => part === 'protocol' && !target.endsWith('.ts') && target !== 'ajv',
    );
    expect(wrong).to.deep.equal([]);
  });

  it('builds messages out of nothing but the protocol, compression and hashes', () => {
    const wrong = imports.filter(
      ({ part, target }) =>
        part === 'builders' && !target.endsWith('.ts') && !['node:crypto', 'node:zlib'].includes(target),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('makes Observables by hand only in transport, and for the steps of a message, where one of RxJS costs too much', () => {
    const wrong = files.filter(
      (file) =>
        partOf(file) !== 'transport' &&
        file !== 'delivery/outgoing-message.ts' &&
        /(?:new|extends) Observable[<(\s]/.test(readFileSync(join('lib', file), 'utf8')),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('subscribes only at its composition roots, and where a link or a shared watch lives, as operators cost more', () => {
    const wrong = files.filter(
      (file) =>
        !/^(?:unit|cli|testing|scenario|server)\b/.test(partOf(file)) &&
        !['link/link.ts', 'dashboard/connect-dashboard.ts', 'dashboard/sharing.ts'].includes(file) &&
        withoutComments(readFileSync(join('lib', file), 'utf8')).includes('.subscribe('),
    );
    expect(wrong).to.deep.equal([]);
  });
});
