import { expect } from 'chai';
import { withDefaults } from '../../lib/unit/settings.js';
import { documentedDefaults } from '../support/documented-defaults.js';
import { credentials } from '../support/stub-transport.js';

/** Options that are part of another setting. */
const elsewhere: ReadonlySet<string> = new Set(['sendTimeout', 'maxPayload', 'backoff', 'overflow', 'now', 'random']);

describe('the defaults of a unit', () => {
  const promised = documentedDefaults('lib/unit/options.ts');
  const settings: object = withDefaults({ systemId: 'unit-1', credentials });

  it('are said of every number', () => {
    expect(promised.size).to.be.at.least(20);
  });

  for (const [name, value] of promised)
    if (!elsewhere.has(name))
      it(`have the ${name} that its comment says`, () => {
        expect(settings).to.have.property(name, value);
      });

  it('keep every message where there is a store, and reject what does not fit', () => {
    const { keep, overflow } = withDefaults({ systemId: 'unit-1', credentials });
    expect([keep, overflow('alerts')]).to.deep.equal([undefined, 'reject']);
  });

  it('allow no message that is larger than the queue', () => {
    const { maxMessageBytes } = withDefaults({ systemId: 'unit-1', credentials, maxQueuedBytes: 1000 });
    expect(maxMessageBytes).to.equal(1000);
  });

  it('take a rule for each type, and reject the others', () => {
    const { overflow } = withDefaults({ systemId: 'unit-1', credentials, overflow: { alerts: 'drop-oldest' } });
    expect([overflow('alerts'), overflow('newState')]).to.deep.equal(['drop-oldest', 'reject']);
  });
});
