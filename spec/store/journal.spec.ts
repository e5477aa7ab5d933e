import { stat } from 'node:fs/promises';
import { expect } from 'chai';
import { encodeFormat } from '../../lib/store/journal-record.js';
import { openJournal } from '../../lib/store/journal.js';
import { readJournal } from '../../lib/store/read-journal.js';
import { inTemporary, message } from '../support/store-place.js';

describe('a journal', () => {
  it(
    'that holds nothing takes no room once it is opened, also where the process that wrote it was killed',
    inTemporary(async (directory) => {
      const opened = async () => openJournal(directory, await readJournal(directory), () => 0);
      const sizeOf = async () => (await stat(`${directory}/00000001.journal`)).size;
      const empty = Buffer.byteLength(encodeFormat());
      const killed = await opened();
      await killed.write([message(1)], []);
      await killed.write([], [1]);
      expect(await sizeOf()).to.be.above(empty);
      const next = await opened();
      expect(await sizeOf()).to.equal(empty);
      await next.close();
      await killed.close();
    }),
  );
});
