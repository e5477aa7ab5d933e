import { median } from './measure/statistics.js';
import { connecting } from './link/connecting.js';
import { reading } from './link/reading.js';
import type { Pair } from './link/pair.js';
import { newPeers } from './peers.js';

// What a unit pays to connect, and to read what a cloud sends, beside the same by hand on bare `ws`. Both take turns in one
// process; the least is what counts, as what else runs on the machine only adds.
//
//   node dist/bench/link.js

const turns = 25;

const cpuOf = async ({ times }: Pair, work: (times: number) => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work(times);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
};

const measure = async (pair: Pair): Promise<string> => {
  const taken: (readonly [bare: number, unit: number])[] = [];
  for (let turn = -5; turn < turns; turn++) {
    const both = [await cpuOf(pair, pair.bare), await cpuOf(pair, pair.unit)] as const;
    if (turn >= 0) taken.push(both); // those before are until all is compiled
  }
  const bare = Math.min(...taken.map(([each]) => each));
  const unit = Math.min(...taken.map(([, each]) => each));
  const middle = median(taken.map(([one, other]) => other / one));
  const figures = [`${bare.toFixed(1)} µs`, `${unit.toFixed(1)} µs`, (unit / bare).toFixed(2), middle.toFixed(2)];
  return `| ${[pair.title, ...figures].join(' | ')} |`;
};

const peer = await (await newPeers()).start('unitlink', 'tls');
try {
  console.log('| CPU | by hand | unitlink | times, least | times, median |\n| --- | ---: | ---: | ---: | ---: |');
  for (const pair of [connecting(peer.target), await reading('small'), await reading('large')])
    console.log(await measure(pair));
} finally {
  peer.stop();
}
process.exit();
