import { expect } from 'chai';
import { of, throwError } from 'rxjs';
import { renewCertificates } from '../../../lib/flows/renew-certificates.js';
import { makeRequest } from '../../../lib/certificates/make-request.js';
import type { KeyRequest } from '../../../lib/certificates/keystore.js';
import { createAuthority } from '../../../lib/testing/cloud/authority.js';
import { CloudError } from '../../../lib/testing/cloud/error.js';
import { startCloud, type Cloud } from '../../../lib/testing/cloud/start-cloud.js';
import type { Unit } from '../../../lib/unit/unit.js';
import { connectTo, recorded, untilState } from '../../support/unit-on-cloud.js';

const errorOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('cloud.renewCertificates', () => {
  let cloud: Cloud;
  let unit: Unit;
  let requests: KeyRequest[];
  let chains: string[];

  /** A unit that makes keys, and installs whatever comes. */
  const answer = (csr?: string) => {
    recorded(
      renewCertificates(
        unit,
        {
          createKey: async (request) => {
            requests.push(request);
            return csr ?? (await makeRequest('P-256', '')).csr;
          },
          applyCert: ({ chain }) => {
            chains.push(chain);
            return chain.startsWith('-----') ? of(`0a${chains.length}`) : throwError(() => new Error('bad chain'));
          },
          certificate: () => of(undefined),
        },
        { mainNode: 'main' },
      ),
    );
  };

  beforeEach(async () => {
    cloud = await startCloud();
    unit = connectTo(cloud);
    requests = [];
    chains = [];
    await untilState(unit, 'connected');
  });
  afterEach(async () => {
    await unit.stop();
    await cloud.stop();
  });

  it('asks for the online certificate of node main, issues it, and tells what the unit confirmed', async () => {
    answer();
    const { requested, issued, confirmed } = await cloud.renewCertificates();
    const id = { type: 'online', node: 'main' };
    expect(requests.map(({ type, node }) => ({ type, node }))).to.deep.equal([id]);
    expect(requests[0]?.secret).to.match(/^[0-9a-f-]{36}$/);
    expect(requested).to.deep.equal([id]);
    expect(issued[0]).to.deep.include({ ...id, cert: chains[0] });
    expect(issued[0]?.serial).to.match(/^[0-9A-F]+$/);
    expect(confirmed).to.deep.equal([{ ...id, serial: '0a1' }]);
  });

  it('asks for others, with the secrets given, and sends what it is told in the place of a chain', async () => {
    answer();
    const certificates = [
      { type: 'iam', node: 'main', serial: '0B' },
      { type: 'cm', node: 'aux' },
    ];
    const { issued, confirmed } = await cloud.renewCertificates({
      ...{ certificates, secrets: { main: 'x', aux: 'y' } },
      alter: (chain, { type }) => (type === 'cm' ? 'no chain' : chain),
    });
    expect(requests.map(({ secret }) => secret)).to.deep.equal(['x', 'y']);
    expect(issued).to.have.length(2);
    expect(confirmed[0]).to.deep.equal({
      ...{ type: 'cm', node: 'aux', serial: '' },
      errorInfo: { aosCode: 1, exitCode: 0, message: 'bad chain' },
    });
  });

  it('tells what the unit confirmed where it could request nothing', async () => {
    answer();
    const { requested, issued, confirmed } = await cloud.renewCertificates({ secrets: {} });
    expect([requested, issued]).to.deep.equal([[], []]);
    expect(confirmed[0]).to.have.nested.property('errorInfo.aosCode', 5);
  });

  it('rejects where the unit does not answer', async () => {
    const error = await errorOf(cloud.renewCertificates({ timeout: 50 }));
    expect(error).to.be.instanceOf(CloudError);
    expect(error)
      .to.have.property('message')
      .that.equals('the unit sent no issueUnitCertificates and no installUnitCertificatesConfirmation within 50 ms');
  });

  it('rejects where no unit is there, or not the one that is meant', async () => {
    expect(await errorOf(cloud.renewCertificates({ to: 'unit-2' }))).to.be.instanceOf(CloudError);
    await unit.stop();
    expect(await errorOf(cloud.renewCertificates())).to.be.instanceOf(CloudError);
  });

  it('rejects a request that is none', async () => {
    answer('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----');
    const error = await errorOf(cloud.renewCertificates());
    expect(error).to.be.instanceOf(CloudError);
    expect(error).to.have.property('message', 'the request is no PKCS#10 in PEM');
  });

  it('rejects a request of somebody who does not hold the key', async () => {
    const authority = await createAuthority();
    const { csr } = await makeRequest('P-256', 'unit-1');
    const [begin = '', , ...others] = csr.split('\n');
    const body = Buffer.from(csr.replace(/-----[^-]+-----/g, ''), 'base64');
    body[body.indexOf('unit-1')] = 'U'.charCodeAt(0); // what was signed said something else
    const forged = [begin, body.toString('base64'), others.at(-2) ?? '', ''].join('\n');
    expect(await errorOf(authority.sign(forged, { commonName: 'unit-1' }))).to.have.property(
      'message',
      'the request is not signed with the key that it is made for',
    );
  });
});
