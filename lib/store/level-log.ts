import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf } from './record.js';

/** A log is made of blocks, and no record begins where its head does not fit into the rest of one. */
const blockLength = 32_768;
/** The checksum, the length and the kind of a piece of a record. */
const headLength = 7;
/** The sequence number of a batch and how many entries it has. */
const batchHeadLength = 12;
const [whole, firstPiece] = [1, 2];

/**
 * Cuts a batch off the end of the newest log of a closed database, if it is there and begins with the message of this
 * order. LevelDB leaves there what it could not sync, and would take it for good the next time it is opened.
 */
export const cutBatch = async (path: string, order: number): Promise<void> => {
  const log = (await readdir(path))
    .filter((file) => /^\d+\.log$/.test(file))
    .sort((a, b) => parseInt(a) - parseInt(b))
    .at(-1);
  if (log === undefined) return;
  await using file = await open(join(path, log), 'r+');
  const last = lastBatch(await file.readFile());
  // The tag of an entry that is set, and its key after the length of that.
  const key = keyOf(order);
  if (!last.text.startsWith(`\x01${String.fromCharCode(key.length)}${key}`)) return;
  await file.truncate(last.at);
  await file.sync();
};

/** Where the last batch of a log begins, and what it begins with. */
const lastBatch = (log: Buffer): { readonly at: number; readonly text: string } => {
  let start = 0;
  let text = '';
  for (let at = 0; at + headLength <= log.length;) {
    const left = blockLength - (at % blockLength);
    const kind = log[at + 6];
    const end = at + headLength + log.readUInt16LE(at + 4);
    if (left >= headLength) {
      if (kind === whole || kind === firstPiece) [start, text] = [at, ''];
      // The rest of a batch may be long and is not needed.
      if (text.length < 100) text += log.toString('latin1', at + headLength, Math.min(end, at + headLength + 100));
    }
    at = left < headLength ? at + left : end;
  }
  return { at: start, text: text.slice(batchHeadLength) };
};
