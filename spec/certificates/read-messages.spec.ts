import { expect } from 'chai';
import {
  readFinishProvisioningRequest,
  readIssuedCertificates,
  readProvisioningRequest,
  readRenewalNotification,
} from '../../lib/certificates/read-messages.js';

const node = (codename: unknown) => ({ codename });
const messageType = 'renewCertificatesNotification';

describe('a renewCertificatesNotification', () => {
  const read = (data: object) => {
    const { certificates, secrets, unreadable } = readRenewalNotification(data);
    return { certificates, secrets: [...secrets], unreadable };
  };

  it('is read as the protocol writes it', () => {
    expect(
      read({
        messageType,
        certificates: [{ type: 'online', node: node('gw-main'), serial: '0A1B', validTill: '2026-04-01T00:00:00Z' }],
        unitSecrets: { version: '2.0.0', nodes: [{ node: node('gw-main'), secret: 's3cr3t' }] },
      }),
    ).to.deep.equal({
      certificates: [{ type: 'online', node: 'gw-main', serial: '0A1B' }],
      secrets: [['gw-main', 's3cr3t']],
      unreadable: 0,
    });
  });

  it('is read with its keys in any case, and scalars for texts', () => {
    expect(
      read({
        messageType,
        CERTIFICATES: [{ Type: 'online', NODE: { codeName: 7 }, Serial: 12 }],
        unitsecrets: { Version: 7, Nodes: [{ Node: { CODENAME: 7 }, SECRET: 1234 }] },
      }),
    ).to.deep.equal({
      certificates: [{ type: 'online', node: '7', serial: '12' }],
      secrets: [['7', '1234']],
      unreadable: 0,
    });
  });

  it('may have one object where the list of secrets belongs', () => {
    expect(read({ messageType, unitSecrets: { nodes: { node: node('a'), secret: 'x' } } }).secrets).to.deep.equal([
      ['a', 'x'],
    ]);
  });

  it('loses no more than the entries that name no type or no node', () => {
    const certificates = [null, 7, {}, { type: 'cm' }, { node: node('a') }, { type: 'cm', node: node('a') }];
    expect(read({ messageType, certificates })).to.deep.include({
      certificates: [{ type: 'cm', node: 'a', serial: '' }],
      unreadable: 5,
    });
  });

  for (const [what, data] of Object.entries({
    nothing: {},
    'texts for lists': { certificates: 'x', unitSecrets: 'y' },
    'lists for objects': { certificates: [[]], unitSecrets: [] },
    'lists in lists': { certificates: [[{ type: 'cm' }]], unitSecrets: { nodes: [[[]]] } },
  }))
    it(`with ${what} names no certificate`, () => {
      expect(read({ messageType, ...data })).to.deep.include({ certificates: [], secrets: [] });
    });
});

describe('issuedUnitCertificates', () => {
  it('are read as the protocol writes them, an absent chain as an empty one', () => {
    const data = {
      correlationId: 'c-1',
      certificates: [
        { type: 'online', node: node('a'), certificateChain: 'PEM' },
        { type: 'cm', node: node('a') },
        { type: 'cm' },
      ],
    };
    expect(readIssuedCertificates(data)).to.deep.equal({
      correlationId: 'c-1',
      certificates: [
        { type: 'online', node: 'a', chain: 'PEM' },
        { type: 'cm', node: 'a', chain: '' },
      ],
      unreadable: 1,
    });
  });
});

describe('the provisioning requests', () => {
  it('are read as the protocol writes them', () => {
    expect(
      readProvisioningRequest({ correlationId: 'p-1', node: { type: 'node', codename: 'a' }, password: 'x' }),
    ).to.deep.equal({
      ...{ correlationId: 'p-1', node: 'a', password: 'x' },
    });
    expect(readProvisioningRequest({})).to.deep.equal({ correlationId: undefined, node: undefined, password: '' });
  });

  it('that finish bring chains', () => {
    const certificates = [{ type: 'iam', chain: 'PEM' }, { Type: 'sm', Chain: 'PEM' }, { chain: 'PEM' }];
    expect(readFinishProvisioningRequest({ node: node('a'), certificates })).to.deep.include({
      certificates: [
        { type: 'iam', chain: 'PEM' },
        { type: 'sm', chain: 'PEM' },
      ],
      unreadable: 1,
    });
  });
});
