/** Writes the pages of the message types next to the reference that TypeDoc has made. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messagePages } from './message-pages.js';

const folder = 'docs/api/messages';

mkdirSync(folder, { recursive: true });
for (const [file, page] of messagePages()) writeFileSync(join(folder, file), page);
