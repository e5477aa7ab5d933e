import { expect } from 'chai';
import fc from 'fast-check';
import { installOrder } from '../../lib/flows/install-order.js';

const parse = (text: string) =>
  text.split(', ').map((certificate, index) => {
    const [type = '', node = ''] = certificate.split('@');
    return { type, node, index };
  });
const sorted = (text: string, mainNode = 'n0'): string =>
  installOrder(parse(text), mainNode)
    .map(({ type, node }) => `${type}@${node}`)
    .join(', ');

describe('installOrder', () => {
  it('is that of the worked example', () => {
    expect(sorted('iam@n2, cm@n2, iam@n0, cm@n0, iam@n1, cm@n1')).to.equal(
      'cm@n1, iam@n1, cm@n2, iam@n2, cm@n0, iam@n0',
    );
  });

  it('puts iam last within a node, and leaves the rest as it came', () => {
    expect(sorted('sm@a, iam@a, online@a, cm@a')).to.equal('sm@a, online@a, cm@a, iam@a');
  });

  it('puts the main node last, whatever its name', () => {
    expect(sorted('online@a, online@z, iam@a', 'a')).to.equal('online@z, online@a, iam@a');
    expect(sorted('online@z, iam@z, online@a', 'z')).to.equal('online@a, online@z, iam@z');
  });

  it('goes by the bytes of the ids, not by their length, the language or UTF-16', () => {
    expect(sorted('cm@n10, cm@n2, cm@Z, cm@a, cm@ä')).to.equal('cm@Z, cm@a, cm@n10, cm@n2, cm@ä');
    expect(sorted('cm@\u{1f600}, cm@\uff5e')).to.equal('cm@\uff5e, cm@\u{1f600}');
  });

  it('keeps every certificate, and the order of those that are equal', () => {
    const some = fc.array(
      fc.record({ type: fc.constantFrom('iam', 'cm', 'sm'), node: fc.constantFrom('main', 'a', 'b'), at: fc.nat() }),
    );
    fc.assert(
      fc.property(some, (certificates) => {
        const ordered = installOrder(certificates, 'main');
        expect([...ordered].sort((a, b) => a.at - b.at)).to.have.deep.members(certificates);
        for (const { type, node } of certificates) {
          const same = (item: (typeof certificates)[number]) => item.type === type && item.node === node;
          expect(ordered.filter(same)).to.deep.equal(certificates.filter(same));
        }
        const mainIam = ordered.findIndex(({ type, node }) => type === 'iam' && node === 'main');
        expect(
          mainIam < 0 || ordered.slice(mainIam).every(({ type, node }) => type === 'iam' && node === 'main'),
        ).to.equal(true);
      }),
    );
  });

  it('leaves the list it is given as it is', () => {
    const given = parse('iam@n0, cm@n0');
    installOrder(given, 'n0');
    expect(given.map(({ type }) => type)).to.deep.equal(['iam', 'cm']);
  });
});
