import { expect } from 'chai';
import { levelStore } from '../../lib/store/level-store.js';
import { keyOf } from '../../lib/store/record.js';
import { edit, expectSetAside, filled } from '../support/store-damage.js';
import { content, inTemporary, messages, movedFrom, orders, storeError } from '../support/store-place.js';

describe('a levelStore with records it cannot read', () => {
  it(
    'is set aside when its format is newer',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await filled(path);
      await edit(path, (level) => level.put('format', '{"format":2}'));
      const moved = await expectSetAside(path, 'NEWER_FORMAT');
      expect(moved).to.match(/\/queue\.newer-\d{4}-\d\d-\d\dT[-\d.]+Z$/);
      await edit(moved, async (level) => {
        expect(await level.get(keyOf(500))).to.include('{"n":500}');
      });
    }),
  );

  for (const format of ['', 'null', '{}', '{"format":"1"}', '{"format":0}']) {
    it(
      `is set aside when its format record is ${format || 'empty'}`,
      inTemporary(async (directory) => {
        const path = `${directory}/queue`;
        await filled(path);
        await edit(path, (level) => level.put('format', format));
        await expectSetAside(path, 'CORRUPT');
      }),
    );
  }

  it(
    'is set aside when its format record or its count is gone',
    inTemporary(async (directory) => {
      for (const key of ['format', 'live']) {
        const path = `${directory}/${key}`;
        await filled(path);
        await edit(path, (level) => level.del(key));
        await expectSetAside(path, 'CORRUPT');
      }
    }),
  );

  it(
    'keeps a record that cannot be read under another key, says so, and goes on with the others',
    inTemporary(async (directory) => {
      const path = `${directory}/queue`;
      await filled(path);
      await edit(path, (level) => level.put(keyOf(3), 'torn'));
      const error = await storeError(levelStore(path).open());
      expect(error.code).to.equal('BAD_RECORDS');
      expect(error.message).to.include('has 1 records that cannot be read');
      expect(orders(await content(levelStore(path)))).to.deep.equal([1, 2, ...orders(messages(4, 500))]);
      await edit(path, async (level) => {
        expect(await level.get(`x${keyOf(3)}`)).to.equal('torn');
      });
    }),
  );

  it(
    'is left alone when it is the database of something else',
    inTemporary(async (directory) => {
      const path = `${directory}/other`;
      await edit(path, (level) => level.put('a', 'mine'));
      for (const code of ['FOREIGN', 'FOREIGN']) {
        expect((await storeError(levelStore(path).open())).code).to.equal(code);
      }
      expect(await movedFrom(path)).to.deep.equal([]);
      await edit(path, async (level) => {
        expect(await level.get('a')).to.equal('mine');
      });
    }),
  );
});
