import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { instruments } from '../lib/observability/instruments.js';

const page = readFileSync('docs/guide/metrics.md', 'utf8');
const kinds = { counter: 'counter', upDownCounter: 'up-down counter', gauge: 'gauge', histogram: 'histogram' };

describe('the metrics on their page', () => {
  it('are the instruments there are', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `unitlink.'));
    const cells = rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(cells).to.deep.equal(
      Object.entries(instruments).map(([name, { kind, unit, prometheus, attributes }]) => [
        `\`${name}\``,
        `${kinds[kind]}, \`${unit}\``,
        `\`${prometheus}\``,
        attributes.map((attribute) => `\`${attribute}\``).join(', '),
      ]),
    );
  });

  it('are those that the page about fleets asks for', () => {
    const names = new Set(Object.values(instruments).map(({ prometheus }) => prometheus));
    const asked = [...readFileSync('docs/fleet.md', 'utf8').matchAll(/\bunitlink_\w+\w\b(?!\*)/g)];
    const unknown = asked.map(([name]) => name.replace(/_bucket$/, '')).filter((name) => !names.has(name));
    expect(asked).to.have.lengthOf.above(20);
    expect([...new Set(unknown)]).to.deep.equal([]);
  });
});
