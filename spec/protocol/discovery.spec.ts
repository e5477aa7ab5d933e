import { expect } from 'chai';
import fc from 'fast-check';
import { discoveryRequest, readDiscoveryResponse } from '../../lib/protocol/discovery.js';

describe('discoveryRequest', () => {
  it('names the version, the unit and wss', () => {
    expect(discoveryRequest('unit-"1"')).to.equal(
      '{"version":7,"systemId":"unit-\\"1\\"","supportedProtocols":["wss"]}',
    );
  });
});

describe('readDiscoveryResponse', () => {
  const systemId = 'unit-1';
  const full = {
    version: 7,
    systemId,
    nextRequestDelay: 3000,
    connectionInfo: ['wss://a/', 'wss://b/'],
    authToken: 'geheim',
    errorCode: 0,
  };
  const read = (body: unknown) =>
    readDiscoveryResponse(typeof body === 'string' ? body : JSON.stringify(body), systemId);
  const empty = { version: 7, systemId: '', nextRequestDelay: 0, connectionInfo: [], authToken: '', errorCode: 0 };

  it('gives the answer as it is', () => {
    expect(read(full)).to.deep.equal(full);
  });

  it('fills in what is absent or null', () => {
    expect(read({})).to.deep.equal(empty);
    expect(read(Object.fromEntries(Object.keys(full).map((key) => [key, null])))).to.deep.equal(empty);
  });

  it('takes keys in any case, and scalars as text or number', () => {
    const answer =
      '{"VERSION":"7","systemID":"unit-1","NextRequestDelay":"250","connectioninfo":["wss://a/"],"AUTHTOKEN":12,"errorcode":"-1"}';
    expect(read(answer)).to.deep.equal({
      version: 7,
      systemId,
      nextRequestDelay: 250,
      connectionInfo: ['wss://a/'],
      authToken: '12',
      errorCode: -1,
    });
  });

  it('takes every error code, also with nothing else', () => {
    for (const errorCode of [0, 1, 2, -1, 3]) expect(read({ errorCode })).to.deep.equal({ ...empty, errorCode });
  });

  it('ignores what it does not know', () => {
    expect(read({ ...full, motd: { hello: 'unit' } })).to.deep.include(full);
  });

  const wrong: readonly (readonly [what: string, body: unknown, reason: RegExp])[] = [
    ['no JSON', 'geheim', /^not JSON$/],
    ['an array', [full], /^the answer is not a JSON object$/],
    ['a string', '"geheim"', /^the answer is not a JSON object$/],
    ['null', 'null', /^the answer is not a JSON object$/],
    ['another version', { ...full, version: 6 }, /^the answer is for version 6, not 7$/],
    ['a version that is no number', { ...full, version: 'geheim' }, /^version must be integer$/],
    ['another unit', { ...full, systemId: 'unit-2' }, /^the answer is for another systemId$/],
    ['a unit whose id differs in case', { ...full, systemId: 'UNIT-1' }, /^the answer is for another systemId$/],
    ['a systemId that is no text', { ...full, systemId: ['geheim'] }, /^systemId must be string$/],
    ['connectionInfo that is no list', { ...full, connectionInfo: 'geheim' }, /^connectionInfo must be array$/],
    ['an endpoint that is no text', { ...full, connectionInfo: [{ geheim: 1 }] }, /^connectionInfo\/0 must be string$/],
    ['a token that is no text', { ...full, authToken: { geheim: 1 } }, /^authToken must be string$/],
    ['an error code that is no integer', { ...full, errorCode: 1.5 }, /^errorCode must be integer$/],
    ['a delay without end', '{"nextRequestDelay":1e400}', /^nextRequestDelay must be number$/],
    ['a delay that is no number', { ...full, nextRequestDelay: 'soon' }, /^nextRequestDelay must be number$/],
    ['a key named __proto__', '{"__proto__":{"errorCode":0}}', /^a key named __proto__$/],
    ['what is nested too deep', `{"a":${'['.repeat(70)}${']'.repeat(70)}}`, /^nested deeper than 64$/],
  ];
  for (const [what, body, reason] of wrong)
    it(`refuses ${what} and quotes nothing of it`, () => {
      expect(() => read(body))
        .to.throw(Error, reason)
        .with.property('message')
        .that.does.not.include('geheim');
    });

  for (const [character, name] of [
    ['\n', 'a line feed'],
    ['\r', 'a carriage return'],
    ['\0', 'a control character'],
    ['\x7f', 'a control character'],
    ['☃', 'a character beyond Latin-1'],
  ] as const)
    it(`refuses a token with ${JSON.stringify(character)}, and shows nothing of it`, () => {
      expect(() => read({ ...full, authToken: `geheim${character}!` }))
        .to.throw(TypeError, `the token has ${name} at character 7 of 8, which no HTTP header can carry`)
        .with.property('message')
        .that.does.not.include('geheim');
    });

  it('takes every token that a header can carry, and one that is not needed as it is', () => {
    for (const authToken of ['', 'a b\tc', 'äöü', '~!"', 'x'.repeat(65_536)])
      expect(read({ ...full, authToken }).authToken).to.equal(authToken);
    expect(read({ errorCode: 2, authToken: '\n' }).errorCode).to.equal(2);
    expect(() => read({ ...full, authToken: 'x'.repeat(65_537) })).to.throw(TypeError, 'has 65537 characters');
  });

  it('keeps no trace of one answer in the next', () => {
    read(full);
    expect(read({})).to.deep.equal(empty);
    expect(read({ connectionInfo: ['wss://a/'] }).connectionInfo).not.to.equal(read({}).connectionInfo);
    read({}).connectionInfo.push('wss://planted/');
    expect(read({}).connectionInfo).to.deep.equal([]);
  });

  it('gives a whole answer or an error, whatever JSON comes', () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom(7, '7', systemId, '', null, ['wss://a/']));
    const body = fc.dictionary(fc.constantFrom(...Object.keys(full), 'SystemID', 'constructor', '__proto__'), member);
    fc.assert(
      fc.property(body, (answer) => {
        let response;
        try {
          response = read(answer);
        } catch (error) {
          expect(error).to.be.an.instanceOf(Error);
          return;
        }
        expect(response.version).to.equal(7);
        expect(response.systemId).to.be.oneOf(['', systemId]);
        expect(response.nextRequestDelay).to.be.a('number');
        expect(response.authToken).to.be.a('string');
        expect(response.errorCode).to.satisfy(Number.isInteger);
        for (const url of response.connectionInfo) expect(url).to.be.a('string');
      }),
    );
  });
});
