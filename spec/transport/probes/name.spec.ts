import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { probeName } from '../../../lib/transport/probes/name.js';

const addresses = (host: string) => lastValueFrom(probeName(host), { defaultValue: [] });

describe('probeName', () => {
  it('gives the addresses of a name', async () => {
    expect(await addresses('localhost')).to.include('127.0.0.1');
  });

  for (const address of ['192.0.2.1', '2001:db8::1'])
    it(`gives ${address} for itself`, async () => {
      expect(await addresses(address)).to.deep.equal([address]);
    });

  it('fails with the error of the system', async () => {
    const error: unknown = await addresses('unit.invalid').catch((reason: unknown) => reason);
    expect(error).to.have.property('syscall', 'getaddrinfo');
    expect(error).to.have.property('code').that.is.oneOf(['ENOTFOUND', 'EAI_AGAIN']);
  });
});
