import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { checkCredentials } from '../../lib/certificates/check-credentials.js';
import { CredentialsError } from '../../lib/errors.js';
import { createAuthority } from '../../lib/testing/cloud/authority.js';
import type { Credentials } from '../../lib/transport/types.js';

describe('checkCredentials', () => {
  let credentials: Credentials;
  let other: Credentials;
  let validTill: number;
  let validFrom: number;

  before(async () => {
    const authority = await createAuthority();
    const [own, foreign] = await Promise.all([
      authority.issue({ commonName: 'unit-1' }),
      authority.issue({ commonName: 'unit-2' }),
    ]);
    credentials = { ca: authority.ca, cert: own.cert, key: own.key };
    other = { ca: authority.ca, cert: foreign.cert, key: foreign.key };
    const certificate = new X509Certificate(own.cert);
    validFrom = Date.parse(certificate.validFrom);
    validTill = Date.parse(certificate.validTo);
  });

  const refusal = (change: Partial<Credentials>, now = validTill): CredentialsError => {
    try {
      checkCredentials({ ...credentials, ...change }, now);
    } catch (error) {
      expect(error).to.be.an.instanceOf(CredentialsError);
      return error as CredentialsError;
    }
    throw new Error('nothing was refused');
  };
  const secret = (key: string) => key.split('\n')[1]?.slice(0, 20) ?? key;

  it('names a key in hardware that cannot be used, and not what opens it', () => {
    const { message } = refusal({ key: 'pkcs11:object=online?pin-source=file:/etc/pin' });
    expect(message).to.match(/^the private key pkcs11:object=online cannot be used: OpenSSL has no engine pkcs11/);
    const { message: shown, cause } = refusal({ key: 'pkcs11:object=online;pin-value=1234' });
    expect([shown.includes('1234'), shown.includes('pin-source=file:'), cause]).to.deep.equal([false, true, undefined]);
  });

  it('gives back credentials that can be used', () => {
    expect(checkCredentials(credentials, Date.now())).to.equal(credentials);
  });

  it('takes a certificate in its last moment, and not a millisecond longer', () => {
    expect(checkCredentials(credentials, validTill)).to.equal(credentials);
    expect(refusal({}, validTill + 1).message).to.equal(
      `the certificate expired on ${new Date(validTill).toISOString()}; put a renewed one in its place`,
    );
  });

  it('takes a certificate that is not valid yet: the clock of the unit may be behind', () => {
    expect(checkCredentials(credentials, validFrom - 1)).to.equal(credentials);
    expect(checkCredentials(credentials, 0)).to.equal(credentials);
  });

  it('takes a certificate that its intermediates follow, and more than one CA', () => {
    const chain = {
      ...credentials,
      cert: `${credentials.cert}\n${credentials.ca}`,
      ca: `${credentials.ca}\n${other.ca}`,
    };
    expect(checkCredentials(chain, Date.now())).to.equal(chain);
  });

  it('says so where a key belongs to none of several certificates', () => {
    expect(refusal({ cert: `${credentials.cert}\n${credentials.ca}`, key: other.key }).message).to.equal(
      'the private key does not belong to the certificate, nor to another of the 2 in its file; give the key that its request was made with',
    );
  });

  it('refuses the key of another certificate', () => {
    expect(refusal({ key: other.key }).message).to.match(/^the private key does not belong to the certificate/);
  });

  it('opens an encrypted key with its passphrase, and names the key when it cannot', () => {
    const key = createPrivateKey(credentials.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' })
      .toString();
    expect(checkCredentials({ ...credentials, key, passphrase: 'geheim' }, Date.now())).to.include({ key });
    expect(refusal({ key }).message).to.equal(
      'the private key cannot be read: it is encrypted, and no passphrase is given; give the one that it was encrypted with',
    );
    expect(refusal({ key, passphrase: 'geraten' }).message).to.equal(
      'the private key cannot be read: the passphrase does not open it; give the one that it was encrypted with',
    );
  });

  for (const [member, what] of [
    ['cert', 'the certificate'],
    ['key', 'the private key'],
    ['ca', 'the CA'],
  ] as const)
    it(`says of ${what} that it cannot be read, with the cause and without the content`, () => {
      for (const broken of [
        '',
        'geheim',
        credentials[member].slice(0, 100),
        credentials[member].replaceAll('A', '!'),
      ]) {
        const error = refusal({ [member]: broken });
        expect(error.message).to.match(new RegExp(`^${what} cannot be read: .`));
        expect(error.cause).to.be.an.instanceOf(Error);
        expect(error.message).not.to.include('geheim');
        expect(error.message).not.to.include(secret(credentials[member]));
      }
    });

  it('says in words of its own what is there instead of a certificate or a key', () => {
    const { cert, key } = credentials;
    expect(refusal({ ca: key }).message).to.equal('the CA cannot be read: it holds a private key and no certificate');
    expect(refusal({ cert: key }).message).to.equal(
      'the certificate cannot be read: it holds a private key and no certificate',
    );
    expect(refusal({ key: cert }).message).to.equal(
      'the private key cannot be read: it holds a certificate and no private key',
    );
    expect(refusal({ ca: 'geheim' }).message).to.equal('the CA cannot be read: it holds no certificate in PEM');
  });
});
