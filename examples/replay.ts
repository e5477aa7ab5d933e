// A day in the field, played again: a scenario on virtual time, and a message log that feeds an app the messages of the cloud.
import { readFile } from 'node:fs/promises';
import { ignoreElements, map, tap } from 'rxjs';
import { playScenario, readScenario, replayLog } from 'unitlink/testing';

const file = 'examples/scenarios/worst-days/cloud-restart.yaml';
const scenario = readScenario(await readFile(file, 'utf8'), file);
const { passed, failures, events } = await playScenario(scenario);
for (const { at, text } of events) console.log(`${String(at).padStart(6)} ms  ${text}`);
console.log(passed ? `passed: ${scenario.name}\n` : failures.join('\n'));

const header = (txn: string, second: number) =>
  `"header":{"version":7,"systemId":"unit-1","createdAt":"2026-03-02T08:15:${second}.000000Z","txn":"${txn}"}`;
const log = [
  `TX: {${header('a', 30)},"data":{"messageType":"unitStatus","isDeltaInfo":false}}`,
  `RX: {${header('a', 30)},"data":{"messageType":"ack"}}`,
  `RX: {${header('b', 42)},"data":{"messageType":"desiredStatus"}}`,
].join('\n');

const replayed = await replayLog(log, {
  // The app under test: it answers each desired status with a message.
  app: (unit) =>
    unit.on('desiredStatus').pipe(
      map(() => ({ messageType: 'unitStatus', isDeltaInfo: true }) as const),
      unit.deliver(),
      tap(({ messageType, status }) => {
        console.log(`the app: ${messageType} ${status}`);
      }),
      ignoreElements(),
    ),
});
for (const { at, text } of replayed.events) console.log(`${String(at).padStart(6)} ms  ${text}`);
if (!passed) process.exitCode = 1;
