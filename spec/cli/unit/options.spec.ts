import { join } from 'node:path';
import { expect } from 'chai';
import { readUnitOptions } from '../../../lib/cli/unit/options.js';
import { unitHelp } from '../../../lib/cli/unit/help.js';
import { UsageError } from '../../../lib/cli/options/usage-error.js';
import { cleanUp, filesIn } from '../../support/spawn-command.js';

const required = ['--system-id', 'unit-1', '--ca', 'ca', '--cert', 'cert', '--key', 'key'];

const refusal = (...args: readonly string[]): string => {
  try {
    readUnitOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'taken';
};

describe('readUnitOptions', () => {
  it('needs four options and has defaults for the others', () => {
    expect(readUnitOptions(required)).to.include({
      ...{ systemId: 'unit-1', ca: 'ca', cert: 'cert', key: 'key' },
      ...{ ackTimeout: 10_000, maxRetries: 3, connectTimeout: 30_000, drainTimeout: 1000, backoff: 'aos' },
      ...{
        makeBeforeBreak: false,
        allowInsecure: false,
        showSecrets: false,
        logLevel: 'info',
        discoveryUrl: undefined,
      },
    });
  });

  it('takes --name value and --name=value, and the last of several', () => {
    const given = ['--ack-timeout', '5', '--ack-timeout=6', '--backoff=fleet', '--allow-insecure', '--max-retries=0'];
    expect(readUnitOptions([...required, ...given])).to.include({
      ...{ ackTimeout: 6, backoff: 'fleet', allowInsecure: true, maxRetries: 0 },
    });
  });

  const inRange = 'it takes a whole number of milliseconds from 1 to 2147483647';
  const refused: readonly (readonly [args: string, message: string])[] = [
    ['--ack-timeout x', `option --ack-timeout got "x", ${inRange}`],
    ['--ack-timeout 1.5', `option --ack-timeout got "1.5", ${inRange}`],
    ['--ack-timeout 1e3', `option --ack-timeout got "1e3", ${inRange}`],
    ['--ack-timeout 0', `option --ack-timeout got 0, ${inRange}`],
    ['--ack-timeout -5', `option --ack-timeout got -5, ${inRange}`],
    ['--ack-timeout 2147483648', `option --ack-timeout got 2147483648, ${inRange}`],
    ['--ack-timeout=', `option --ack-timeout got "", ${inRange}`],
    ['--connect-timeout 0', `option --connect-timeout got 0, ${inRange}`],
    ['--max-retries -1', 'option --max-retries got -1, it takes a whole number from 0 to 2147483647'],
    [
      '--drain-timeout never',
      'option --drain-timeout got "never", it takes a whole number of milliseconds from 0 to 2147483647',
    ],
    ['--backoff linear', 'option --backoff got "linear", it takes aos or fleet'],
    ['--log-level all', 'option --log-level got "all", it takes error, warn, info, debug or trace'],
    ['--system-id=', 'option --system-id got "", it takes a text that is not empty'],
    ['--ca', 'option --ca got no value, it takes a text that is not empty'],
    ['--ca --cert x', 'option --ca got no value, it takes a text that is not empty'],
    ['--allow-insecure=yes', 'option --allow-insecure got a value, it takes none'],
    ['--discovery-url host', 'option --discovery-url got "host", it takes an https URL without user name and password'],
    [
      '--discovery-url https://joe:hush@host/',
      'option --discovery-url got "https://***@host/", it takes an https URL without user name and password',
    ],
    [
      '--override-discovery-url http://host/',
      'option --override-discovery-url got an http URL, it takes an https URL unless --allow-insecure is given',
    ],
    ['--colour', 'unknown option "--colour", --help lists those there are'],
    ['-x', 'unknown option "-x", --help lists those there are'],
    ['extra', 'unexpected argument "extra"'],
    ['--keystore /tmp', 'option --main-node is missing, --keystore needs the id of the node that the unit runs on'],
    [
      '--keystore /tmp --main-node n --key pkcs11:object=online',
      'option --key names a key in hardware, which --keystore cannot copy; leave one of them out',
    ],
    ['--main-node n', 'option --main-node is of no use without --keystore'],
    ['--make-before-break', 'option --make-before-break is of no use without --keystore'],
    ['--keystore= --main-node n', 'option --keystore got "", it takes a text that is not empty'],
  ];
  for (const [args, message] of refused)
    it(`refuses ${args}`, () => {
      expect(refusal(...required, ...args.split(' '))).to.equal(message);
    });

  for (const name of ['--system-id', '--ca', '--cert', '--key'])
    it(`refuses a line without ${name}`, () => {
      const at = required.indexOf(name);
      expect(refusal(...required.toSpliced(at, 2))).to.equal(
        `option ${name} is missing, it takes a text that is not empty`,
      );
    });

  it('needs neither --cert nor --key with a keystore', () => {
    const given = ['--keystore', 'keys', '--main-node', 'main', '--make-before-break'];
    const settings = readUnitOptions([...required.slice(0, 4), ...given]);
    expect(settings).to.include({
      keystore: 'keys',
      mainNode: 'main',
      makeBeforeBreak: true,
      cert: undefined,
      key: undefined,
    });
  });

  it('allows http URLs with --allow-insecure', () => {
    const { discoveryUrl } = readUnitOptions([...required, '--discovery-url', 'http://host/', '--allow-insecure']);
    expect(discoveryUrl).to.equal('http://host/');
  });

  describe('with --config', () => {
    afterEach(cleanUp);

    const configured = async (config: string | Uint8Array, ...args: readonly string[]): Promise<string[]> => {
      const directory = await filesIn({ 'c.json': config });
      return [...args, '--config', join(directory, 'c.json')];
    };

    it('takes the options in the file, and prefers those on the line', async () => {
      const config = { systemId: 'u', ca: 'a', cert: 'b', key: 'c', ackTimeout: 5, maxRetries: 0, showSecrets: true };
      const args = await configured(JSON.stringify(config), '--ack-timeout', '7');
      expect(readUnitOptions(args)).to.include({ ...config, ackTimeout: 7, drainTimeout: 1000 });
    });

    it('reads what Windows writes: a byte order mark, and its line ends', async () => {
      const args = await configured('\ufeff{\r\n  "ackTimeout": 5\r\n}\r\n', ...required);
      expect(readUnitOptions(args)).to.include({ ackTimeout: 5 });
    });

    it('names UTF-16', async () => {
      const text = `\ufeff${JSON.stringify({ ackTimeout: 5 })}`;
      for (const config of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()])
        expect(refusal(...(await configured(config, ...required)))).to.match(
          /^option --config got \S+, which is UTF-16 and not UTF-8; save it as UTF-8$/,
        );
    });

    const files: readonly (readonly [what: string, config: string, message: RegExp])[] = [
      ['an unknown key', '{"ackTimeOut":5}', /^key "ackTimeOut" of \S+c\.json is unknown/],
      ['a key with dashes', '{"ack-timeout":5}', /^key "ack-timeout" of \S+ is unknown/],
      ['the key config', '{"config":"x"}', /^key "config" of \S+ is unknown/],
      ['a key of every object', '{"constructor":"x"}', /^key "constructor" of \S+ is unknown/],
      [
        'a number in quotes',
        '{"ackTimeout":"5"}',
        /^key "ackTimeout" of \S+ got "5", it takes a whole number of milliseconds from 1/,
      ],
      ['null', '{"ackTimeout":null}', /^key "ackTimeout" of \S+ got null/],
      ['a list', '{"systemId":["u"]}', /^key "systemId" of \S+ got a list, it takes a text/],
      [
        'a flag that is a text',
        '{"allowInsecure":"yes"}',
        /^key "allowInsecure" of \S+ got "yes", it takes true or false/,
      ],
      ['a list of options', '[]', /^option --config got \S+, which is no JSON object/],
      ['half of it', '{"a":\n', /^option --config got \S+, which is not JSON, it ends too early$/],
      ['a secret without quotes', '{\n"a": hush }', /^option --config got \S+, which is not JSON$/],
      ['a missing colon', '{"a": "hush",\n"b" 2}', /^option --config got \S+, which is not JSON, see line 2$/],
    ];
    for (const [what, config, message] of files)
      it(`refuses ${what}`, async () => {
        expect(refusal(...(await configured(config, ...required)))).to.match(message);
      });

    it('refuses a file that is not there', () => {
      expect(refusal(...required, '--config', '/nowhere/c.json')).to.match(
        /^option --config got \/nowhere\/c\.json, which cannot be read: ENOENT/,
      );
    });
  });
});

describe('unitHelp', () => {
  it('lists every option that can be given, with unit and default', () => {
    const help = unitHelp();
    for (const name of [
      ...['system-id ID', 'discovery-url URL', 'override-discovery-url URL', 'ca FILE', 'cert FILE', 'key FILE'],
      ...['ack-timeout MS', 'max-retries N', 'backoff aos|fleet', 'connect-timeout MS', 'drain-timeout MS'],
      ...['allow-insecure', 'show-secrets', 'log-level error|warn|info|debug|trace', 'config FILE', 'help', 'version'],
      ...['store DIR', 'message-log FILE', 'keystore DIR', 'main-node ID', 'make-before-break'],
    ])
      expect(help).to.contain(`\n  --${name}\n`);
    expect(help).to.match(/in milliseconds\.\s+Default: 10000\./);
  });
});
