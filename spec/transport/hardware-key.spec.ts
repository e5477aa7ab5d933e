import { expect } from 'chai';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import { hardwareKeyTrouble, isHardwareKey, keyOptions, shownKeyUri } from '../../lib/transport/hardware-key.js';

const uri = 'pkcs11:token=unit;object=online?pin-source=file:/etc/pin';

describe('a key in hardware', () => {
  it('is a URI of PKCS#11', () => {
    expect(isHardwareKey(uri)).to.equal(true);
    expect(isHardwareKey('-----BEGIN PRIVATE KEY-----')).to.equal(false);
  });

  it('is left to the engine of OpenSSL, and any other to Node', () => {
    expect(keyOptions({ key: uri, passphrase: 'open' })).to.deep.equal({
      privateKeyEngine: 'pkcs11',
      privateKeyIdentifier: uri,
    });
    expect(keyOptions({ key: 'PEM', passphrase: 'open' })).to.deep.equal({ key: 'PEM', passphrase: 'open' });
  });

  it('is shown without what opens it', () => {
    expect(shownKeyUri(uri)).to.equal('pkcs11:token=unit;object=online');
    expect(shownKeyUri('pkcs11:object=online;pin-value=1234;type=private')).to.equal(
      'pkcs11:object=online;type=private',
    );
  });

  it('is not asked for where its PIN is in the URI, or without an engine', async () => {
    const { cert } = await (await createAuthority()).issue({ commonName: 'unit-1', client: true });
    expect(hardwareKeyTrouble({ cert, key: `${uri}&pin-value=1234` })).to.deep.equal({ trouble: 'PIN shown' });
    expect(hardwareKeyTrouble({ cert, key: uri })).to.include({ trouble: 'no engine' });
  });
});
