import { readdirSync, readFileSync } from 'node:fs';

/** The pages that people write, by their path. */
export const markdown: ReadonlyMap<string, string> = new Map(
  [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
  ]
    .filter((file) => file.endsWith('.md') && !file.startsWith('docs/api/'))
    .sort()
    .map((file) => [file, readFileSync(file, 'utf8')]),
);
