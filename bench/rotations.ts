// Renews the certificate of a unit a thousand times under traffic, and fails where a promise about it is not kept.
import { runRotations } from './rotations/run.js';

const count = Number(process.argv[2] ?? 1000);
const start = performance.now();
const { gaps, ...result } = await runRotations(count, {
  onRotation: (done) => {
    if (done % 100 === 0) console.log(`${done} rotations`);
  },
});
const [longest = 0] = gaps;
const at = (share: number): string => (gaps[Math.floor(gaps.length * share)] ?? 0).toFixed(1);
console.log(result);
console.log(`the link was away for ${at(0.5)} ms (median), ${at(0.01)} ms (99 of 100), ${at(0)} ms (longest)`);
console.log(`${((performance.now() - start) / count).toFixed(1)} ms a rotation`);

const { lost, stale, resumed, furtherUpgrades, overlaps, keysLeft } = result;
const broken =
  lost + stale + resumed + furtherUpgrades + overlaps + keysLeft > 0 || longest >= 1000 || gaps.length !== count;
process.exitCode = broken ? 1 : 0;
