// Renews the certificate of a unit a thousand times under traffic, and fails where a promise about it is not kept.
// With --make-before-break each new connection is opened beside the old one.
import { runRotations } from './rotations/run.js';

const makeBeforeBreak = process.argv.includes('--make-before-break');
const count = Number(process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? 1000);
const start = performance.now();
const { gaps, ...result } = await runRotations(count, {
  makeBeforeBreak,
  onRotation: (done) => {
    if (done % 100 === 0) console.log(`${done} rotations`);
  },
});
const [longest = 0] = gaps;
const at = (share: number): string => (gaps[Math.floor(gaps.length * share)] ?? 0).toFixed(1);
console.log(result);
if (makeBeforeBreak) console.log(`the link was away ${gaps.length} times, for ${longest.toFixed(1)} ms`);
else console.log(`the link was away for ${at(0.5)} ms (median), ${at(0.01)} ms (99 of 100), ${at(0)} ms (longest)`);
console.log(`${((performance.now() - start) / count).toFixed(1)} ms a rotation`);

const { lost, stale, resumed, furtherUpgrades, secondSessions, keysLeft } = result;
const [sessionsBeside, timesAway] = makeBeforeBreak ? [count, 0] : [0, count];
const broken =
  lost + stale + resumed + furtherUpgrades + keysLeft > 0 ||
  secondSessions !== sessionsBeside ||
  gaps.length !== timesAway ||
  longest >= 1000;
process.exitCode = broken ? 1 : 0;
