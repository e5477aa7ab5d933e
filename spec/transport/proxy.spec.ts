import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { isProxyOption, proxyFor, shownProxy } from '../../lib/transport/proxy.js';
import { ownUserAgent } from '../../lib/transport/version.js';

const names = [
  'HTTPS_PROXY',
  'NO_PROXY',
  'HTTP_PROXY',
  'ALL_PROXY',
  'https_proxy',
  'no_proxy',
  'http_proxy',
  'all_proxy',
];

describe('proxyFor', () => {
  const earlier = new Map(names.map((name) => [name, process.env[name]]));
  const set = (values: Readonly<Record<string, string>>) => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, values);
  };

  afterEach(() => {
    set({});
    for (const [name, value] of earlier) if (value !== undefined) process.env[name] = value;
  });

  it('is the one of the environment, for both requests', () => {
    set({ HTTPS_PROXY: 'http://proxy:3128' });
    expect(proxyFor('https://cloud.example:9000/sd', undefined)).to.deep.equal({ url: 'http://proxy:3128' });
    expect(proxyFor('wss://cloud.example/ws', undefined)).to.deep.equal({ url: 'http://proxy:3128' });
    expect(proxyFor('http://cloud.example/', undefined)).to.equal(undefined);
  });

  it('is none for hosts that NO_PROXY excludes, and for this machine', () => {
    set({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.inside.example' });
    expect(proxyFor('wss://cloud.inside.example/', undefined)).to.equal(undefined);
    expect(proxyFor('https://127.0.0.1:9000/', undefined)).to.equal(undefined);
    expect(proxyFor('https://[::1]:9000/', undefined)).to.equal(undefined);
  });

  it('is the one of the option, whatever the environment says', () => {
    set({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' });
    expect(proxyFor('https://127.0.0.1/', 'http://other')).to.deep.equal({ url: 'http://other' });
    expect(proxyFor('https://cloud.example/', { url: 'https://other', token: 't' })).to.include({ token: 't' });
    expect(proxyFor('https://cloud.example/', false)).to.equal(undefined);
  });

  it('is shown without its credentials', () => {
    expect(shownProxy({ url: 'http://joe:hush@proxy:3128/' })).to.equal('http://proxy:3128');
  });

  it('has to be an http or https URL', () => {
    expect(['http://a', 'https://a:1', { url: 'http://a' }, false].every(isProxyOption)).to.equal(true);
    expect(['a', 'socks5://a', { url: 'a' }, null, 1].some(isProxyOption)).to.equal(false);
  });
});

describe('ownUserAgent', () => {
  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect(ownUserAgent).to.equal(`unitlink/${version}`);
  });
});
