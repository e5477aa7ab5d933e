import { expect } from 'chai';
import { settingsOf } from '../../lib/server/settings.js';
import { documentedDefaults } from '../support/documented-defaults.js';

/** Options of its port, and those that are functions or more than one number. */
const elsewhere: ReadonlySet<string> = new Set(['host', 'log', 'messageRate', 'now', 'over', 'reason']);

describe('the defaults of a dashboard server', () => {
  const settings: object = settingsOf({});

  for (const [name, value] of documentedDefaults('lib/server/options.ts'))
    if (!elsewhere.has(name))
      it(`have the ${name} that its comment says`, () => {
        expect(settings).to.have.property(name, value);
      });

  it('let 200 messages a second through, and 2,000 at once', () => {
    expect(settingsOf({}).messageRate).to.deep.equal({ perSecond: 200, burst: 2000 });
  });

  it('name each server by an id of its own', () => {
    expect(settingsOf({}).serverId).to.match(/^server-[0-9a-f]{8}$/);
    expect(settingsOf({}).serverId).not.to.equal(settingsOf({}).serverId);
  });
});
