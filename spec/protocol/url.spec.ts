import { expect } from 'chai';
import { ConnectError, InsecureUrlError } from '../../lib/errors.js';
import { endpointUrl, safeUrl, shownUrl } from '../../lib/protocol/url.js';

describe('shownUrl', () => {
  it('shows scheme, host, port and path', () => {
    expect(shownUrl('wss://cloud.example.net:9443/ws/v7/')).to.equal('wss://cloud.example.net:9443/ws/v7/');
  });

  it('shows neither user name nor password, query or fragment', () => {
    expect(shownUrl('wss://user:geheim@cloud/ws?token=geheim#geheim')).to.equal('wss://cloud/ws');
  });

  it('shows nothing of what is no URL', () => {
    expect(shownUrl('geheim')).to.equal('a URL that cannot be read');
    expect(shownUrl('')).to.equal('a URL that cannot be read');
  });
});

describe('safeUrl', () => {
  it('gives a URL with TLS back, also with a port, a path and a query', () => {
    expect(safeUrl('wss://cloud:9443/ws/v7/?a=b', 'wss', false)).to.equal('wss://cloud:9443/ws/v7/?a=b');
    expect(safeUrl('https://cloud:9000/sd/v7/', 'https', false)).to.equal('https://cloud:9000/sd/v7/');
  });

  it('dials a WebSocket at an https URL, and without TLS, where allowed, at an http URL', () => {
    expect(safeUrl('https://cloud/ws', 'wss', false)).to.equal('wss://cloud/ws');
    expect(safeUrl('http://cloud/ws', 'wss', true)).to.equal('ws://cloud/ws');
    expect(safeUrl('ws://cloud/ws', 'wss', true)).to.equal('ws://cloud/ws');
    expect(safeUrl('http://cloud/sd', 'https', true)).to.equal('http://cloud/sd');
  });

  it('takes TLS where plain is allowed too', () => {
    expect(safeUrl('wss://cloud/ws', 'wss', true)).to.equal('wss://cloud/ws');
    expect(safeUrl('https://cloud/sd', 'https', true)).to.equal('https://cloud/sd');
  });

  const refused = [
    ['ws://cloud/', 'wss'],
    ['http://cloud/', 'wss'],
    ['http://cloud/', 'https'],
    ['wss://cloud/', 'https'],
    ['WS://cloud/', 'wss'],
    ['ftp://cloud/', 'wss'],
    ['file:///etc/passwd', 'https'],
    ['javascript:alert(1)', 'https'],
    ['//cloud/', 'https'],
    ['cloud', 'https'],
    ['', 'https'],
    ['https://user@cloud/', 'https'],
    ['https://:geheim@cloud/', 'https'],
    ['wss://user:geheim@cloud/', 'wss'],
  ] as const;
  for (const [url, scheme] of refused)
    it(`refuses ${url || 'an empty text'} for ${scheme}, and says no secret`, () => {
      expect(() => safeUrl(url, scheme, false))
        .to.throw(InsecureUrlError, `only ${scheme} URLs`)
        .with.property('message')
        .that.does.not.include('geheim');
    });

  it('refuses other schemes and credentials also where plain is allowed', () => {
    for (const url of ['ftp://cloud/', 'file:///etc/passwd', 'http://user:geheim@cloud/', 'wss://user@cloud/', 'cloud'])
      for (const scheme of ['https', 'wss'] as const)
        expect(() => safeUrl(url, scheme, true)).to.throw(InsecureUrlError, `only ${scheme} and plain URLs`);
    expect(() => safeUrl('ws://cloud/', 'https', true)).to.throw(InsecureUrlError);
  });

  it('names the URL it refused, as it may be shown', () => {
    expect(() => safeUrl('ws://cloud/ws?token=geheim', 'wss', false))
      .to.throw(InsecureUrlError)
      .with.property('url', 'ws://cloud/ws');
  });
});

describe('endpointUrl', () => {
  it('gives what a WebSocket can be opened at', () => {
    expect(endpointUrl('https://cloud/ws?a=b', false)).to.equal('wss://cloud/ws?a=b');
    const longest = `wss://cloud/${'x'.repeat(8192 - 12)}`;
    expect(endpointUrl(longest, false)).to.equal(longest);
  });

  it('refuses a fragment, and shows nothing of it', () => {
    expect(() => endpointUrl('wss://cloud/ws#geheim', false))
      .to.throw(ConnectError, /^wss:\/\/cloud\/ws cannot be opened: its URL has a fragment/)
      .with.property('message')
      .that.does.not.include('geheim');
  });

  it('refuses what is longer than servers take, and shows little of it', () => {
    expect(() => endpointUrl(`wss://cloud/${'x'.repeat(8192 - 11)}`, false))
      .to.throw(ConnectError, 'its URL has 8193 characters')
      .with.property('message')
      .that.has.length.below(300);
  });

  it('refuses what gives something away', () => {
    expect(() => endpointUrl('ws://cloud/', false)).to.throw(InsecureUrlError);
    expect(() => endpointUrl('wss://user:geheim@cloud/', false)).to.throw(InsecureUrlError);
  });
});
