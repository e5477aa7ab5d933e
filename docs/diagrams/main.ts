import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureFolder, pictures } from './pictures.js';

await rm(pictureFolder, { recursive: true, force: true, maxRetries: 5 });
await mkdir(pictureFolder, { recursive: true });
const drawn = pictures();
for (const [file, picture] of drawn) await writeFile(join(pictureFolder, file), picture);
console.log(`${drawn.size} pictures in ${pictureFolder}`);
