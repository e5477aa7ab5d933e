import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { sourceFiles } from './support/source-files.js';

/** Which part of lib may import which others; a part may always import from itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  operators: ['errors'],
  protocol: ['errors'],
  messages: ['protocol', 'errors'],
  exchange: ['protocol', 'errors'],
  flows: ['exchange', 'messages', 'protocol', 'errors'],
  transport: ['operators', 'protocol', 'errors'],
  store: ['errors'],
  certificates: ['exchange', 'protocol', 'errors'],
  observability: ['protocol', 'errors'],
  connection: ['operators', 'protocol', 'errors'],
  delivery: ['operators', 'protocol', 'errors'],
  unit: [
    'connection',
    'delivery',
    'exchange',
    'operators',
    'protocol',
    'errors',
    'transport',
    'store',
    'certificates',
    'observability',
  ],
  dashboard: ['connection', 'operators', 'protocol', 'errors', 'transport', 'observability'],
  testing: [
    'unit',
    'dashboard',
    'operators',
    'protocol',
    'errors',
    'transport',
    'observability',
    'certificates',
    'delivery',
  ],
  cli: [
    'unit',
    'exchange',
    'store',
    'testing',
    'operators',
    'protocol',
    'errors',
    'transport',
    'certificates',
    'observability',
    'delivery',
    'connection',
  ],
  index: [
    'unit',
    'store',
    'connection',
    'delivery',
    'exchange',
    'flows',
    'messages',
    'operators',
    'protocol',
    'errors',
    'transport',
    'certificates',
    'observability',
  ],
};

/** The parts whose files lie at the top of lib. */
const topLevel: Readonly<Record<string, string>> = {
  'attempt.ts': 'connection',
  'connection.ts': 'connection',
  'discovery.ts': 'connection',
  'endpoint-cache.ts': 'connection',
  'link.ts': 'connection',
  'open-endpoint.ts': 'connection',
  'opening.ts': 'connection',
  'overlap.ts': 'connection',
  'delivery.ts': 'delivery',
  'inbox.ts': 'delivery',
  'lazily.ts': 'delivery',
  'outbox.ts': 'delivery',
  'outgoing-message.ts': 'delivery',
  'send-options.ts': 'delivery',
  'errors.ts': 'errors',
  'exchange.ts': 'exchange',
  'index.ts': 'index',
  'beside-the-link.ts': 'unit',
  'check-options.ts': 'unit',
  'connection-metrics.ts': 'unit',
  'handlers.ts': 'unit',
  'certificate-trial.ts': 'unit',
  'listeners.ts': 'unit',
  'monotonic-scheduler.ts': 'connection',
  'sleep-clock.ts': 'unit',
  'turn-scheduler.ts': 'unit',
  'uuid.ts': 'unit',
  'options.ts': 'unit',
  'persistence.ts': 'unit',
  'pause-reading.ts': 'unit',
  'request.ts': 'unit',
  'sending.ts': 'unit',
  'transitions.ts': 'unit',
  'unit-identity.ts': 'unit',
  'unhandled.ts': 'unit',
  'unit-metrics.ts': 'unit',
  'unit-notices.ts': 'unit',
  'unit-types.ts': 'unit',
  'unit.ts': 'unit',
};

const ofNetwork = ['ws', 'node-fetch', 'node:net', 'node:tls', 'node:http', 'node:https'];

interface Import {
  readonly file: string;
  readonly part: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const partOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : (topLevel[file] ?? file));

const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(join('lib', file), 'utf8').matchAll(/^(?:import|export) (type )?(?:[^;]*? from )?'([^']+)';/gms),
  ].map(([, type, target = '']) => ({
    file,
    part: partOf(file),
    target: target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts') : target,
    typeOnly: type !== undefined,
  }));

const files = sourceFiles('lib');
const imports = files.flatMap(importsOf);
const inside = imports.filter(({ target }) => target.endsWith('.ts'));

describe('the house', () => {
  it('has a place for every file', () => {
    expect(files.map(partOf).filter((part) => !(part in allowed))).to.deep.equal([]);
  });

  it('imports one way', () => {
    const wrong = inside.filter(({ part, target, typeOnly }) => {
      const to = partOf(target);
      const seesTypes = typeOnly && ['transport', 'store', 'protocol'].includes(to);
      return part !== to && !(allowed[part] ?? []).includes(to) && !seesTypes;
    });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).to.deep.equal([]);
  });

  it('has no cycle of files', () => {
    const next = new Map<string, string[]>();
    for (const { file, target, typeOnly } of inside) if (!typeOnly) next.set(file, [...(next.get(file) ?? []), target]);
    const cycle = (file: string, path: readonly string[]): string | undefined =>
      path.includes(file)
        ? [...path, file].join(' → ')
        : next
            .get(file)
            ?.reduce<string | undefined>((found, target) => found ?? cycle(target, [...path, file]), undefined);
    expect([...next.keys()].map((file) => cycle(file, [])).filter((found) => found !== undefined)).to.deep.equal([]);
  });

  it('lets a dashboard reach nothing that a browser has not', () => {
    const resolved = (target: string) => (target === '#web-socket' ? 'transport/browser-web-socket.ts' : target);
    const reached = new Set(files.filter((file) => partOf(file) === 'dashboard'));
    for (const file of reached)
      for (const { file: from, target, typeOnly } of imports)
        if (from === file && !typeOnly) reached.add(resolved(target));
    expect([...reached].filter((target) => !target.endsWith('.ts') && target !== 'rxjs')).to.deep.equal([]);
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

  it('lets nobody import index.ts', () => {
    expect(inside.filter(({ target }) => target.endsWith('index.ts'))).to.deep.equal([]);
  });

  it('touches the network only in transport and testing', () => {
    const wrong = imports.filter(
      ({ part, target }) => ofNetwork.includes(target) && !['transport', 'testing'].includes(part),
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
        part === 'messages' && !target.endsWith('.ts') && !['node:crypto', 'node:zlib'].includes(target),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('makes Observables by hand only in transport', () => {
    const wrong = files.filter(
      (file) => partOf(file) !== 'transport' && /new Observable[<(]/.test(readFileSync(join('lib', file), 'utf8')),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('subscribes only at its composition roots, and where a link or a shared watch lives, as operators cost more', () => {
    const wrong = files.filter(
      (file) =>
        !['unit', 'cli', 'testing'].includes(partOf(file)) &&
        !['link.ts', 'dashboard/connect-dashboard.ts', 'dashboard/sharing.ts'].includes(file) &&
        readFileSync(join('lib', file), 'utf8').includes('.subscribe('),
    );
    expect(wrong).to.deep.equal([]);
  });
});
