/**
 * Writes the version of package.json wherever else it stands. The workflow `release` runs it once changesets has raised the
 * version.
 */

import { readFileSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
lock.version = version;
lock.packages[''].version = version;
writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);

const file = 'lib/transport/version.ts';
writeFileSync(file, readFileSync(file, 'utf8').replace(/'unitlink\/[^']*'/, `'unitlink/${version}'`));
