import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { failed, ok, skipped } from '../../../lib/cli/doctor/check.js';
import { findings } from '../../../lib/cli/doctor/findings.js';
import { checkText, headingText, tallyText } from '../../../lib/cli/doctor/text.js';
import { wantsColour } from '../../../lib/cli/io/colour.js';

describe('checkText', () => {
  it('is a line: verdict, check, figure and time', () => {
    expect(checkText(ok('tcp', '10.0.0.1 port 9000', { took: 12 }), false)).to.equal(
      '  ok       TCP         10.0.0.1 port 9000 (12 ms)\n',
    );
    expect(checkText(skipped('tls', 'there is no connection'), false)).to.equal(
      '  skipped  TLS         there is no connection\n',
    );
  });

  it('says under it what to do', () => {
    expect(checkText(failed('upgrade', 'http-not-found', '', { took: 3 }), false)).to.equal(
      '  FAILED   upgrade     HTTP 404 (3 ms)\n                       → Check the path of the URL.\n',
    );
  });

  it('keeps to 80 columns, whatever is the matter', () => {
    for (const finding of Object.keys(findings) as (keyof typeof findings)[])
      for (const line of checkText(failed('certificate', finding, 'cloud.example, code '.repeat(5)), false).split('\n'))
        expect(line.length, line).to.be.at.most(80);
  });

  it('colours nothing but the verdict, and only when told to', () => {
    const text = checkText(failed('tls', 'unknown-ca'), true);
    expect(text.startsWith('  \u001b[31mFAILED\u001b[0m   TLS         the server')).to.equal(true);
    expect(stripVTControlCharacters(text)).to.equal(checkText(failed('tls', 'unknown-ca'), false));
  });

  it('shows no secret, and obeys nobody', () => {
    const text = checkText(
      failed('ping', 'closed-after-upgrade', '4000 (\u001b[2J bearer hush https://u:hush@h/)'),
      false,
    );
    expect(text).to.contain('bearer ***').and.to.contain('\\u001b[2J').and.not.to.contain('hush');
  });
});

describe('headingText', () => {
  it('says what the checks are about', () => {
    expect(headingText({ check: 'ca' })).to.equal('The unit\n');
    expect(headingText({ check: 'endpoints' })).to.equal('\nEndpoints\n');
    expect(headingText({ check: 'tcp', url: 'https://a/' })).to.equal('\nService discovery https://a/\n');
    expect(headingText({ check: 'tcp', url: 'wss://a/' })).to.equal('\nEndpoint wss://a/\n');
  });
});

describe('tallyText', () => {
  it('sums up', () => {
    expect(tallyText({ ok: 15, failed: 0, skipped: 0 }, false)).to.equal('\nAll is well: 15 checks.\n');
    expect(tallyText({ ok: 7, failed: 1, skipped: 3 }, false)).to.equal('\n1 of 8 checks failed, 3 skipped.\n');
  });
});

describe('wantsColour', () => {
  it('is for terminals, unless NO_COLOR says otherwise', () => {
    expect(wantsColour({ isTTY: true }, {})).to.equal(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '' })).to.equal(true);
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).to.equal(false);
    expect(wantsColour({}, {})).to.equal(false);
  });
});

describe('findings', () => {
  it('are all on the page about the command', () => {
    const page = readFileSync('docs/command.md', 'utf8');
    expect(Object.keys(findings).filter((finding) => !page.includes(`\`${finding}\``))).to.deep.equal([]);
  });

  it('tell one thing each', () => {
    const told = Object.values(findings).map(([what, advice]) => `${what} ${advice}`);
    expect(new Set(told).size).to.equal(told.length);
  });
});
