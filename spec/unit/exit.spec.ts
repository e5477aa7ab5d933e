import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { startCloud, type Cloud } from '../../lib/testing/cloud/start-cloud.js';

const unit = new URL('../../lib/unit/connect-unit.js', import.meta.url).href;

describe('a process with a unit that was stopped', () => {
  let cloud: Cloud;

  /** Runs a unit in a process of its own, stops it once it is in this state, and waits for the process to end by itself. */
  const run = async (state: string): Promise<string> => {
    const { ca, cert, key } = cloud.credentials;
    const options = JSON.stringify({ systemId: 'unit-1', credentials: { ca, cert, key } });
    const code = `
      const { connectUnit } = await import(${JSON.stringify(unit)});
      const unit = connectUnit(${options});
      unit.handle('desiredStatus', () => new Promise(() => undefined));
      unit.send({ messageType: 'alerts', items: [] });
      unit.state$.subscribe(async (current) => {
        if (current.state !== ${JSON.stringify(state)}) return;
        const { undelivered } = await unit.stop();
        console.log(current.state, undelivered.length, unit.isConnected());
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return output.trim();
  };

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(async () => {
    await cloud.stop();
  });

  it('ends where the unit was connected', async () => {
    expect(await run('connected')).to.equal('connected 1 false');
  });

  it('ends where the unit was in the middle of a handshake', async () => {
    cloud.dripUpgrade(1, 60_000);
    expect(await run('connecting')).to.equal('connecting 1 false');
  });

  it('ends where the unit was in the middle of discovery', async () => {
    expect(await run('discovering')).to.equal('discovering 1 false');
  });

  it('ends where the unit waited for ten minutes', async () => {
    cloud.answerDiscovery({ errorCode: 2, nextRequestDelay: 600_000 });
    expect(await run('waiting')).to.equal('waiting 1 false');
  });
});
