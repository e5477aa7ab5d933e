// A fleet through a failover: 100,000 clients lose their connection at once, the cloud is gone for a minute, and then takes
// back so many a second. The result of each backoff is printed as a table and drawn into docs/images/fleet.svg.
//
// It plays the attempts, not whole units: each wait comes from the real backoff (or from the delay function of another
// client), and an attempt is answered at once. A spec checks that real units on virtual time make the same attempts.
//
// For a fleet of your own: npm run fleet -- --units 20000 --outage 300 --rate 500 --picture my-fleet.svg
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { picture } from './fleet/picture.js';
import { policies } from './fleet/policies.js';
import { simulate, type Failover } from './fleet/simulate.js';
import { table } from './fleet/table.js';

const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '100000' },
    outage: { type: 'string', default: '60' }, // in seconds
    rate: { type: 'string', default: '5000' }, // connections that the cloud accepts in a second
    picture: { type: 'string', default: 'docs/images/fleet.svg' },
  },
});
const [units, outage, rate] = [Number(values.units), Number(values.outage) * 1000, Number(values.rate)];
if (!(Number.isInteger(units) && units > 0 && Number.isInteger(outage) && outage >= 0 && rate >= 1))
  throw new Error('--units, --outage and --rate are numbers: units, seconds and connections a second');

const failover: Failover = {
  units,
  outage,
  rate,
  burst: rate,
  horizon: outage + Math.ceil(units / rate) * 1000 + 900_000,
};

const start = performance.now();
const outcomes = policies.map((policy) => simulate(policy, failover));
const took = ((performance.now() - start) / 1000).toFixed(1);

mkdirSync(dirname(values.picture), { recursive: true });
writeFileSync(values.picture, picture(outcomes, failover, Math.max(60_000, 2 * outage)));

console.log(table(outcomes, failover));
const attempts = outcomes.reduce((sum, outcome) => sum + outcome.attempts, 0);
console.log(`\n${attempts.toLocaleString('en')} attempts in ${took} s; the picture is ${values.picture}.`);
