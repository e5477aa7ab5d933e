import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

(hasSystemd ? describe : describe.skip)('the unit file of systemd', () => {
  let folder: string;
  let file: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'unitlink-service-'));
    file = join(folder, 'unitlink.service');
    // A command that is there, in place of one that an installation brings.
    const text = readFileSync('examples/deploy/unitlink.service', 'utf8');
    writeFileSync(
      file,
      text.replace('ExecStart=/opt/unitlink/node_modules/.bin/unitlink', `ExecStart=${process.execPath}`),
    );
  });

  after(() => {
    rmSync(folder, { recursive: true, maxRetries: 5 });
  });

  it('has the settings that systemd knows, with values that it takes', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
  });

  it('gives the process little that it does not need', () => {
    const answer = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    });
    const [, exposure] = /exposure level for unitlink\.service: ([\d.]+)/.exec(answer) ?? [];
    expect(Number(exposure)).to.be.at.most(2);
  });
});
