import { expect } from 'chai';
import fc from 'fast-check';
import { redactText } from '../../lib/protocol/redact-text.js';

const presigned =
  'https://bucket.example/a/b.tar?X-Amz-Credential=hush%2F20260302&X-Amz-Signature=hush-1&X-Amz-Security-Token=hush';

describe('redactText', () => {
  const texts: readonly (readonly [what: string, text: string, shown: string])[] = [
    ['the query of a URL', `got ${presigned} late`, 'got https://bucket.example/a/b.tar?*** late'],
    ['its fragment', 'wss://host/ws/#hush', 'wss://host/ws/#***'],
    ['user name and password', 'https://joe:hush@host/p?hush#hush', 'https://***@host/p?***'],
    ['a user name alone', 'https://hush@host:9000/', 'https://***@host:9000/'],
    ['a password with an @ in it', 'https://joe:hu@hush@host/', 'https://***@host/'],
    ['a password with a slash in it', 'https://joe:hu/hush@host/', 'https://***@host/'],
    [
      'URLs in JSON with escapes',
      String.raw`"https:\/\/joe:hush@host\/a?hush"`,
      String.raw`"https://***@host\/a?***"`.replace('//', String.raw`\/\/`),
    ],
    ['several URLs', 'https://a/?hush; https://b/?hush', 'https://a/?*** https://b/?***'],
    ['the query of a path', 'POST /up/a?sig=hush&x=1 HTTP/1.1', 'POST /up/a?*** HTTP/1.1'],
    ['a bearer token', 'sent Bearer hush.hush==', 'sent Bearer ***'],
    ['Basic credentials', 'sent Basic aHVzaDpodXNo== to it', 'sent Basic *** to it'],
    ['user name and password of a command', 'curl -u joe:hush https://host/', 'curl -u *** https://host/'],
    ['the same among other flags', 'curl -sSu joe:hush -o x https://host/', 'curl -sSu *** -o x https://host/'],
    [
      'the same in words',
      "curl --user 'joe:hush hush' --proxy-user=joe:hush x",
      "curl --user '***' --proxy-user=*** x",
    ],
    ['a secret as an option', 'run --password hush --api-key "hush hush" -v', 'run --password *** --api-key "***" -v'],
    ['a header', 'authorization: Basic hush hush\r\nHost: x', 'authorization: ***\r\nHost: x'],
    ['a cookie', 'Set-Cookie: sid=hush; Path=/hush', 'Set-Cookie: ***'],
    ['a member of JSON', '{"a":1,"bearerToken" : "hu\\"sh","b":2}', '{"a":1,"bearerToken" : "***","b":2}'],
    ['one that is a list', '{"secret":["hush","hush"],"b":2}', '{"secret":"***"'],
    [
      'JSON in JSON',
      String.raw`{"a":"{\"Block_Key\":\"hush hush\",\"b\":1}"}`,
      String.raw`{"a":"{\"Block_Key\":***,\"b\":1}"}`,
    ],
    ['a dictionary of Python', "{'password': 'hush hush', 'b': 1}", "{'password': ***, 'b': 1}"],
    ['a form', 'a=1&access_token=hush&b=2', 'a=1&access_token=***&b=2'],
    ['YAML', 'node: n\npassword: hush\nb: 2', 'node: n\npassword: ***\nb: 2'],
    ['XML', '<a><Password type="x">hush</Password></a>', '<a><Password type="x">***</Password></a>'],
    ['a name behind another', 'error:token=hush', 'error:token=***'],
    ['a name with a prefix', 'MQTT_PASSWORD=hush x-api-key=hush', 'MQTT_PASSWORD=*** x-api-key=***'],
  ];
  for (const [what, text, shown] of texts)
    it(`hides ${what}`, () => {
      expect(redactText(text)).to.equal(shown);
      expect(redactText(shown)).to.equal(shown);
      expect(shown).not.to.contain('hush');
    });

  for (const text of [
    'the private key: it cannot be read',
    "ENOENT: no such file or directory, open '/etc/unit/key.pem'",
    'wss://cloud.example:9000/ws/v7/ cannot be opened: connect ECONNREFUSED 127.0.0.1:9000',
    'sha256:11aa22bb at 2026-03-02T08:15:30.000000Z',
    'https://[::1]:9000/sd/v7/ and https://host/@scope/package',
    'unauthorized: 401, a new token is needed',
    'it takes basic authentication, or --user with a name',
    'tar -xu a.tar; ps --user joe; a --token -v',
    '',
  ])
    it(`leaves "${text}" as it is`, () => {
      expect(redactText(text)).to.equal(text);
    });

  it('takes time in proportion to the length of any text', () => {
    for (const piece of [
      'a',
      '"',
      '\\',
      'a=',
      'token=',
      '{"token":[',
      'https://',
      '<a ',
      '-----BEGIN ',
      'bearer ',
      'basic ',
      '-u a:',
      '--token ',
      '--u',
      '?a=',
      ': ',
    ])
      redactText(piece.repeat(200_000 / piece.length));
  });

  it('hides a value under a secret name in any JSON, however often that is JSON in a text', () => {
    const secret = fc.stringMatching(/^[a-z]{4}-hush-[a-z]{4}$/);
    fc.assert(
      fc.property(secret, fc.array(fc.string()), fc.integer({ min: 0, max: 4 }), (hush, texts, depth) => {
        let text = JSON.stringify({ texts, 'Auth-Token': hush, more: texts });
        for (let n = 0; n < depth; n++) text = JSON.stringify({ text });
        expect(redactText(text)).not.to.contain(hush);
      }),
    );
  });
});
