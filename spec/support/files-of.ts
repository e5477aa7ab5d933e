import { readdirSync } from 'node:fs';

/** The files below a directory whose names end like this, relative to it. */
export const filesOf = (directory: string, ending: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith(ending))
    .sort();
