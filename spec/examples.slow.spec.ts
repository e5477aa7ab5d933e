import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { sourceFiles } from './support/source-files.js';

const compiled = (example: string): string =>
  fileURLToPath(new URL(`../examples/${example.replace(/\.ts$/, '.js')}`, import.meta.url));

describe('the examples', () => {
  for (const example of sourceFiles('examples').filter((file) => !file.includes('/')))
    it(`${example} runs to its end`, async () => {
      const child = spawn(process.execPath, [compiled(example)], { stdio: ['ignore', 'pipe', 'pipe'] });
      const output: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code, output.join('')).to.equal(0);
    }).timeout(60_000);
});
