import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { expect } from 'chai';
import { publint } from 'publint';
import ts from 'typescript';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: Readonly<Record<string, string>>;
}

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packages that an app installs for the entries it uses, and the types of Node. */
const ofTheApp = ['@opentelemetry/api', '@types/node', 'prom-client'];

describe('the packed package', () => {
  let app: string;
  let packed: Packed;
  let manifest: Manifest;
  let entries: readonly string[];

  before(async () => {
    app = await mkdtemp(join(tmpdir(), 'unitlink-package-'));
    const modules = join(app, 'node_modules');
    await mkdir(join(modules, 'unitlink'), { recursive: true });
    const answer = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', app], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    [packed] = JSON.parse(answer) as [Packed];
    execFileSync('tar', ['-xzf', packed.filename, '--strip-components=1', '-C', join(modules, 'unitlink')], {
      cwd: app,
    });
    manifest = JSON.parse(await readFile(join(modules, 'unitlink', 'package.json'), 'utf8')) as Manifest;
    entries = Object.keys(manifest.exports)
      .filter((path) => path !== './package.json')
      .map((path) => `unitlink${path.slice(1)}`);
    for (const name of [...Object.keys(manifest.dependencies), ...ofTheApp]) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(resolve('node_modules', name), join(modules, name));
    }
    await writeFile(join(app, 'package.json'), '{ "type": "module" }');
  });

  after(() => rm(app, { recursive: true, force: true, maxRetries: 5 }));

  const importing = (names: readonly string[]): string =>
    names.map((name, n) => `import * as entry${n} from '${name}';\nexport { entry${n} };\n`).join('');

  /** The errors of the compiler in a file that imports these entries, and in all declarations that they lead to. */
  const errorsOf = async (names: readonly string[], options: ts.CompilerOptions): Promise<readonly string[]> => {
    const file = join(app, 'app.ts');
    await writeFile(file, importing(names));
    const program = ts.createProgram([file], {
      ...{
        target: ts.ScriptTarget.ES2022,
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        typeRoots: [join(app, 'node_modules/@types')],
      },
      ...options,
    });
    return ts.getPreEmitDiagnostics(program).map(({ file: at, messageText }) => {
      return `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  };

  const { NodeNext, Bundler } = ts.ModuleResolutionKind;
  for (const [how, options] of [
    ['as Node does', { module: ts.ModuleKind.NodeNext, moduleResolution: NodeNext }],
    ['as bundlers do', { module: ts.ModuleKind.ESNext, moduleResolution: Bundler }],
  ] as const)
    it(`compiles with every entry, libraries checked too, resolved ${how}`, async () => {
      const lib = ['lib.es2023.d.ts'];
      expect(await errorsOf(entries, { ...options, lib, types: ['node'] })).to.deep.equal([]);
    }).timeout(120_000);

  it('compiles in a page without the types of Node', async () => {
    const options = { module: ts.ModuleKind.ESNext, moduleResolution: Bundler, types: [] };
    const lib = ['lib.es2023.d.ts', 'lib.dom.d.ts'];
    expect(await errorsOf(['unitlink/dashboard'], { ...options, lib })).to.deep.equal([]);
  }).timeout(120_000);

  it('has nothing that publint finds wrong', async () => {
    const { buffer: tarball } = new Uint8Array(await readFile(join(app, packed.filename)));
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).to.deep.equal([]);
  });

  it('has types that fit its code however they are resolved: ESM, which a CommonJS file may not be told from', async () => {
    const tarball = await readFile(join(app, packed.filename));
    const { problems } = (await checkPackage(createPackageFromTarballData(tarball))) as {
      problems: { kind: string }[];
    };
    expect([...new Set(problems.map(({ kind }) => kind))]).to.deep.equal(['CJSResolvesToESM']);
  }).timeout(120_000);

  it('can be required by CommonJS, entry by entry', () => {
    const code = `console.log(JSON.stringify(${JSON.stringify(entries)}.map((entry) => Object.keys(require(entry)).length)))`;
    const output = execFileSync(process.execPath, ['--input-type=commonjs', '--eval', code], {
      cwd: app,
      encoding: 'utf8',
    });
    expect(Math.min(...(JSON.parse(output) as number[]))).to.be.greaterThan(0);
  });

  it('imports every entry, and has each class once', () => {
    const code = `${importing(entries)}
      const owners = new Map();
      for (const entry of [${entries.map((_, n) => `entry${n}`).join(', ')}])
        for (const [name, value] of Object.entries(entry))
          if (typeof value === 'function' && name.endsWith('Error')) owners.set(name, (owners.get(name) ?? new Set()).add(value));
      console.log(JSON.stringify([owners.size, [...owners.values()].every(({ size }) => size === 1)]));`;
    const output = execFileSync(
      process.execPath,
      ['--input-type=module', '--eval', code.replace(/^export .*$/gm, '')],
      {
        cwd: app,
        encoding: 'utf8',
      },
    );
    const [errors, once] = JSON.parse(output) as [number, boolean];
    expect(errors).to.be.greaterThan(30);
    expect(once).to.equal(true);
  });

  it('loads what dials, makes keys and reads scenarios only where it is used', () => {
    const code = `
      await import('unitlink');
      const { createRequire } = await import('node:module');
      console.log(JSON.stringify(Object.keys(createRequire('file://' + process.cwd() + '/').cache)));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: app,
      encoding: 'utf8',
    });
    const packages = (JSON.parse(output) as string[]).map(
      (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1],
    );
    expect([...new Set(packages)].sort()).to.deep.equal(['rxjs']);
  });

  it('brings the command', () => {
    const command = join(app, 'node_modules', 'unitlink', manifest.bin['unitlink'] ?? '');
    expect(execFileSync(command, ['--help'], { encoding: 'utf8' })).to.include('Usage: unitlink <sub-command>');
    expect(execFileSync(command, ['--version'], { encoding: 'utf8' })).to.match(/^\d+\.\d+\.\d+\n$/);
    const scenario = resolve('examples/scenarios/delivery/ack-lost.yaml');
    expect(execFileSync(command, ['replay', scenario], { encoding: 'utf8' })).to.include('passed');
  });

  it('weighs at most 450 kB in 800 files, and has nothing in it but what apps use', () => {
    expect(packed.size).to.be.at.most(450_000);
    expect(packed.files.length).to.be.at.most(800);
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => /\.map$|\bspec\b|\bbench\b|^lib\/|^examples\//.test(path));
    expect(others).to.deep.equal([]);
  });
});
