import { expect } from 'chai';
import { runRotations } from '../../bench/rotations/run.js';

const kept = { rotations: 60, lost: 0, stale: 0, resumed: 0, furtherUpgrades: 0, keysLeft: 0 };

describe('a unit whose certificate is renewed again and again', () => {
  it('loses no message, never shows a certificate that was replaced, and needs one handshake each time', async () => {
    const { gaps, messages, ...result } = await runRotations(60);
    expect(result).to.include({ ...kept, secondSessions: 0 });
    expect(messages).to.be.greaterThan(60);
    expect(gaps).to.have.length(60);
  });

  it('is never away where the connections overlap', async () => {
    const { gaps, messages, ...result } = await runRotations(60, { makeBeforeBreak: true });
    expect(result).to.include({ ...kept, secondSessions: 60 });
    expect(messages).to.be.greaterThan(60);
    expect(gaps).to.deep.equal([]);
  });
});
