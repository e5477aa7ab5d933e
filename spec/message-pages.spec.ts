import { expect } from 'chai';
import { messagePages } from '../build/reference/message-pages.js';
import { messageSchemas } from '../lib/protocol/message-schemas.js';
import { cloudMessageTypes, unitMessageTypes } from '../lib/protocol/message-types.js';

describe('the pages of the message types', () => {
  const pages = messagePages();
  const pageOf = (type: string) => pages.get(`${type}.md`) ?? '';
  const rowsOf = (page: string) =>
    [...page.matchAll(/^\| `(.+?)` *\| (yes)? *\| (.*?) *\| (.*?) *\|$/gm)].map(([, name, , values, description]) => ({
      name,
      values,
      description,
    }));

  it('are one for each type, and one that lists them', () => {
    expect([...pages.keys()].sort()).to.deep.equal(
      [...messageSchemas.keys(), 'index'].map((name) => `${name}.md`).sort(),
    );
    for (const type of messageSchemas.keys()) expect(pages.get('index.md')).to.include(`[${type}](${type}.md)`);
  });

  it('say who sends it', () => {
    for (const type of unitMessageTypes) expect(pageOf(type)).to.include('from **the unit to the cloud**');
    for (const type of cloudMessageTypes) expect(pageOf(type)).to.include('from **the cloud to the unit**');
  });

  for (const [type, { properties = {} }] of messageSchemas)
    it(`has each field of ${type}, with its values and a description`, () => {
      const rows = rowsOf(pageOf(type));
      const names = rows.map(({ name }) => name);
      expect(Object.keys(properties).filter((name) => !names.includes(name))).to.deep.equal([]);
      expect(rows.filter(({ values, description }) => values === '' || description === '')).to.deep.equal([]);
    });

  for (const type of messageSchemas.keys())
    it(`shows a message of ${type} as it is on the wire`, () => {
      const [, json = ''] = /^```json\n([^]*?)^```/m.exec(pageOf(type)) ?? [];
      const { header, data } = JSON.parse(json) as { header: { version: number }; data: { messageType: string } };
      expect(header.version).to.equal(7);
      expect(data.messageType).to.equal(type);
    });
});
