import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { unitData } from './support/wire-examples.js';

const file = (path: string) => JSON.stringify(new URL(`../lib/${path}`, import.meta.url).href);

describe('a process that may not generate code', () => {
  it('checks, writes and reads messages, and reads the answer to service discovery', () => {
    const code = `
      const { encode, decode } = await import(${file('index.js')});
      const { readDiscoveryResponse } = await import(${file('protocol/discovery.js')});
      const options = { systemId: 'unit-1', txn: 'a', createdAt: 0 };
      const message = ${JSON.stringify(unitData('alerts'))};
      const written = JSON.parse(encode(message, options)).data.messageType;
      let refused;
      try { encode({ ...message, items: 7 }, options); } catch (error) { refused = error.data ?? error.name; }
      const { connectionInfo } = readDiscoveryResponse('{"connectionInfo":["wss://a.example"]}', 'unit-1');
      console.log(JSON.stringify([written, refused, connectionInfo]));`;
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', code];
    const output = execFileSync(process.execPath, flags, { encoding: 'utf8' });
    expect(JSON.parse(output)).to.deep.equal(['alerts', 'InvalidMessageError', ['wss://a.example']]);
  });
});
