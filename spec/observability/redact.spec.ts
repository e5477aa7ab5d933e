import { expect } from 'chai';
import { redact } from '../../lib/observability/redact.js';

const pem = ['-----BEGIN PRIVATE KEY-----', 'MIGHAgEAMBMG', '-----END PRIVATE KEY-----'].join('\n');

describe('redact', () => {
  for (const name of [
    ...['authToken', 'token', 'bearerToken', 'authorization', 'password', 'passphrase', 'secret', 'blockKey', 'key'],
    ...['privateKey', 'PASSWORD', 'Auth-Token', 'private_key'],
  ]) {
    it(`replaces what stands under ${name}, whatever it is`, () => {
      for (const value of ['hush', 7, null, ['hush'], { deep: 'hush' }])
        expect(redact({ [name]: value, other: 1 })).to.deep.equal({ [name]: '***', other: 1 });
    });
  }

  it('reaches the secrets in lists and objects, and leaves everything else as it was', () => {
    const message = {
      header: { version: 7, txn: 't' },
      data: {
        unitSecrets: { version: '2.0.0', nodes: [{ node: { codename: 'n' }, secret: 'hush' }] },
        bearerTokenTtl: 5,
      },
    };
    const before = structuredClone(message);
    expect(redact(message)).to.deep.equal({
      header: { version: 7, txn: 't' },
      data: {
        unitSecrets: { version: '2.0.0', nodes: [{ node: { codename: 'n' }, secret: '***' }] },
        bearerTokenTtl: 5,
      },
    });
    expect(message).to.deep.equal(before);
  });

  const texts: readonly (readonly [what: string, text: string, shown: string])[] = [
    ['a private key', `a ${pem} b`, 'a -----BEGIN PRIVATE KEY-----*** b'],
    ['a private key on one line', pem.replaceAll('\n', '\\n'), '-----BEGIN PRIVATE KEY-----***'],
    ['a private key without an end', pem.slice(0, 40), '-----BEGIN PRIVATE KEY-----***'],
    ['an EC private key', pem.replaceAll('PRIVATE', 'EC PRIVATE'), '-----BEGIN EC PRIVATE KEY-----***'],
    ['a bearer token', 'got Bearer abc.def-1=, x', 'got Bearer ***, x'],
    ['a header', 'Authorization: Basic am9l OmhMasg, x\nHost: y', 'Authorization: ***\nHost: y'],
    ['the password of a URL', 'wss://joe:hush@host/path', 'wss://***@host/path'],
    ['a token in a URL', 'https://host/?a=1&token=hush&b=2', 'https://host/?***'],
    ['a JSON member', '{"a":"b","authToken": "hu\\"sh"}', '{"a":"b","authToken": "***"}'],
    ['nothing of a certificate', '-----BEGIN CERTIFICATE-----\nMII', '-----BEGIN CERTIFICATE-----\nMII'],
  ];
  for (const [what, text, shown] of texts)
    it(`replaces ${what} inside a text`, () => {
      expect(redact([text])).to.deep.equal([shown]);
    });

  it('finds secrets in pieces of JSON, whatever they are and wherever they are cut off', () => {
    expect(redact('{"password":"hush')).to.equal('{"password":"***"');
    expect(redact('{"password":"hu\\"sh\\')).to.equal('{"password":"***"');
    expect(redact('{"password":12345,"n":1')).to.equal('{"password":"***","n":1');
    expect(redact('{"n":[1,{"m":2}],"token": ["hush","hush"],"n":1}}')).to.equal('{"n":[1,{"m":2}],"token": "***"');
    expect(redact('{"blockKey":{"hush":1}')).to.equal('{"blockKey":"***"');
    expect(redact('{"n":"hello')).to.equal('{"n":"hello');
  });

  it('survives cycles and any depth', () => {
    const loop: Record<string, unknown> = { password: 'hush' };
    loop['self'] = loop;
    expect(redact(loop)).to.deep.equal({ password: '***', self: '(circular)' });
    let deep: unknown = { password: 'hush' };
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(JSON.stringify(redact(deep)))
      .to.contain('(too deep)')
      .and.not.contain('hush');
  });

  it('shows the same object twice when it is there twice', () => {
    const node = { codename: 'n' };
    expect(redact([node, node])).to.deep.equal([node, node]);
  });

  it('takes a key named __proto__ for a key', () => {
    const copy = redact(JSON.parse('{"__proto__":{"password":"hush"}}'));
    expect(JSON.stringify(copy)).to.equal('{"__proto__":{"password":"***"}}');
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype);
  });

  it('says errors, maps, sets, bytes, times and URLs in JSON', () => {
    const value = {
      error: new TypeError('Bearer abc'),
      map: new Map([['token', 'hush']]),
      set: new Set(['Bearer abc']),
      bytes: Buffer.from('hush'),
      at: new Date(0),
      url: new URL('https://joe:hush@host/'),
      big: 1n,
    };
    expect(redact(value)).to.deep.equal({
      error: { name: 'TypeError', message: 'Bearer ***' },
      map: { token: '***' },
      set: ['Bearer ***'],
      bytes: '4 bytes',
      at: '1970-01-01T00:00:00.000Z',
      url: 'https://***@host/',
      big: '1',
    });
  });
});
