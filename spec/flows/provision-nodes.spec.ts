import { inspect } from 'node:util';
import { expect } from 'chai';
import { of, throwError } from 'rxjs';
import { provisionNodes, type ProvisioningHandlers, type ProvisioningStep } from '../../lib/flows/provision-nodes.js';
import { KeystoreError } from '../../lib/errors.js';
import { stubMessenger, type StubMessenger } from '../support/messenger.js';
import { recorded } from '../support/unit-on-cloud.js';

const node = { codename: 'aux' };
const password = 'adm1n';
const wrong = new KeystoreError('no such type', { code: 'UNKNOWN_TYPE' });
const errorInfo = { aosCode: 12, exitCode: 0, message: 'no such type' };

describe('provisionNodes', () => {
  let unit: StubMessenger;
  let calls: string[];
  let steps: ProvisioningStep<number>[];

  const provision = (members: Partial<ProvisioningHandlers> = {}) => {
    const called =
      (what: string) =>
      (...args: readonly string[]) => {
        calls.push([what, ...args].join(' '));
        return of(undefined);
      };
    steps = recorded(
      provisionNodes(unit, {
        startProvisioning: called('start'),
        certificateTypes: () => of(['iam', 'sm']),
        createKey: ({ type, node: name, secret }) => {
          calls.push(`createKey ${type}@${name} ${secret}`);
          return of(`CSR of ${type}`);
        },
        applyCert: ({ type, node: name, chain }) => {
          calls.push(`applyCert ${type}@${name} ${chain}`);
          return of('0a');
        },
        finishProvisioning: called('finish'),
        deprovision: called('deprovision'),
        ...members,
      }),
    );
  };

  beforeEach(() => {
    unit = stubMessenger();
    calls = [];
  });

  it('answers with the requests before one that cannot be sent, and says why', () => {
    provision({ createKey: ({ type }) => of(type === 'iam' ? 'CSR' : 'x'.repeat(4097)) });
    unit.hear('startProvisioningRequest', { node, password });
    expect(unit.sent[0]).to.deep.include({ csrs: [{ type: 'iam', csr: 'CSR' }] });
    expect(unit.sent[0]).to.have.nested.property('errorInfo.message').that.contains('4097 characters');
  });

  it('starts a node, makes a key for each type, and answers with the requests in that order', () => {
    provision();
    unit.hear('startProvisioningRequest', { correlationId: 'p-1', node: { type: 'node', ...node }, password });
    expect(calls).to.deep.equal(['start aux adm1n', 'createKey iam@aux adm1n', 'createKey sm@aux adm1n']);
    expect(JSON.stringify(unit.sent)).to.equal(
      '[{"messageType":"startProvisioningResponse","correlationId":"p-1","node":{"codename":"aux"},"csrs":[{"type":"iam","csr":"CSR of iam"},{"type":"sm","csr":"CSR of sm"}]}]',
    );
    expect(steps).to.deep.equal([{ step: 'started', node: 'aux', response: 1 }]);
  });

  it('answers a start that fails half way with what was done until then, the error before the requests', () => {
    provision({
      certificateTypes: () => of(['iam', 'cm', 'sm']),
      createKey: ({ type }) => (type === 'cm' ? throwError(() => wrong) : of(`CSR of ${type}`)),
    });
    unit.hear('startProvisioningRequest', { correlationId: 'p-1', node, password });
    expect(JSON.stringify(unit.sent)).to.equal(
      '[{"messageType":"startProvisioningResponse","correlationId":"p-1","node":{"codename":"aux"},"errorInfo":{"aosCode":12,"exitCode":0,"message":"no such type"},"csrs":[{"type":"iam","csr":"CSR of iam"}]}]',
    );
    expect(steps).to.deep.equal([{ step: 'started', node: 'aux', error: wrong, response: 1 }]);
  });

  it('makes no key and installs nothing for a type that the protocol does not know, and tells the cloud', () => {
    provision({ certificateTypes: () => of(['iam', 'unheard-of', 'sm']) });
    unit.hear('startProvisioningRequest', { node, password });
    const certificates = ['unheard-of', 'sm'].map((type) => ({ type, chain: `chain of ${type}` }));
    unit.hear('finishProvisioningRequest', { node, password, certificates });
    expect(calls).to.deep.equal(['start aux adm1n', 'createKey iam@aux adm1n']);
    const message =
      '"unheard-of" is no type of certificate; there are offline, online, sm, cm, iam, um, host-device, remote-device, azure-iot';
    const unheardOf = { aosCode: 12, exitCode: 0, message };
    expect(unit.sent).to.deep.equal([
      {
        messageType: 'startProvisioningResponse',
        ...{ node, errorInfo: unheardOf, csrs: [{ type: 'iam', csr: 'CSR of iam' }] },
      },
      { messageType: 'finishProvisioningResponse', node, errorInfo: unheardOf },
    ]);
  });

  it('installs certificates as they came, but iam last, and finishes then', () => {
    provision();
    const certificates = ['iam', 'sm', 'cm'].map((type) => ({ type, chain: `chain of ${type}` }));
    unit.hear('finishProvisioningRequest', { correlationId: 'p-2', node, certificates, password });
    expect(calls).to.deep.equal([
      ...['applyCert sm@aux chain of sm', 'applyCert cm@aux chain of cm', 'applyCert iam@aux chain of iam'],
      'finish aux adm1n',
    ]);
    expect(JSON.stringify(unit.sent)).to.equal(
      '[{"messageType":"finishProvisioningResponse","correlationId":"p-2","node":{"codename":"aux"}}]',
    );
  });

  it('stops at the first certificate that cannot be installed', () => {
    provision({ applyCert: ({ type }) => (type === 'sm' ? throwError(() => wrong) : of('0a')) });
    const certificates = ['sm', 'iam'].map((type) => ({ type, chain: '' }));
    unit.hear('finishProvisioningRequest', { node, certificates, password });
    expect(calls).to.deep.equal([]);
    expect(unit.sent).to.deep.equal([{ messageType: 'finishProvisioningResponse', node, errorInfo }]);
  });

  it('installs nothing where a certificate cannot be read', () => {
    provision();
    unit.hear('finishProvisioningRequest', { node, certificates: [{ type: 'sm', chain: '' }, { chain: '' }] });
    expect(calls).to.deep.equal([]);
    expect(unit.sent).to.have.nested.property('[0].errorInfo.message', '1 of the certificates cannot be read');
  });

  it('deprovisions a node', () => {
    provision();
    unit.hear('deprovisioningRequest', { correlationId: 'p-3', node, password });
    expect(calls).to.deep.equal(['deprovision aux adm1n']);
    expect(JSON.stringify(unit.sent)).to.equal(
      '[{"messageType":"deprovisioningResponse","correlationId":"p-3","node":{"codename":"aux"}}]',
    );
  });

  it('hears nothing of a request that names no node: it is rejected where it is read', () => {
    provision();
    unit.hear('deprovisioningRequest', { correlationId: 'p-3' });
    expect([...calls, ...unit.sent]).to.deep.equal([]);
  });

  it('needs neither start nor finish', () => {
    provision({ certificateTypes: () => [[]] });
    unit.hear('startProvisioningRequest', { node, password });
    expect(unit.sent).to.deep.equal([{ messageType: 'startProvisioningResponse', node, csrs: [] }]);
  });

  it('has no password in what it tells, also where a handler quotes it', () => {
    provision({
      deprovision: () => {
        throw new Error(`${password} is wrong`);
      },
    });
    unit.hear('deprovisioningRequest', { node, password });
    expect(inspect([unit.sent, steps], { depth: 20 }))
      .to.include('*** is wrong')
      .and.not.include(password);
  });

  it('goes on after an answer that could not be sent, and says so', () => {
    let isStopped = true;
    unit = stubMessenger({
      send: (data) => {
        if (isStopped) throw new Error('stopped');
        return unit.sent.push(data);
      },
    });
    provision();
    unit.hear('deprovisioningRequest', { node });
    isStopped = false;
    unit.hear('deprovisioningRequest', { node });
    expect(steps[0]).to.have.nested.property('error.message', 'stopped');
    expect(unit.sent).to.have.length(1);
  });
});
