import { startCloud, type TestDashboardServer } from 'unitlink/testing';
import { startBridge } from './bridge.js';
import { buildPage } from './build-page.js';
import { faultsOn } from './faults.js';
import { startFleet, type Fleet } from './fleet.js';
import { startFront } from './front.js';
import { serveFaults } from './serve-faults.js';
import { type Answer, servePage } from './serve-page.js';
import { openStage, type Stage } from './stage.js';

export interface ExampleOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** How many units. Default: 12. */
  readonly units?: number;
  /** Between two samples of a unit, in milliseconds. Default: 400. */
  readonly interval?: number;
  /** The folder of the built page. Default: it is built. */
  readonly page?: string;
}

/** Everything that the example takes: units, their cloud, two servers for the page, and one address in front of them. */
export interface Example extends AsyncDisposable {
  /** The page. */
  readonly url: string;
  /** That in use comes first. */
  readonly servers: readonly TestDashboardServer[];
  readonly fleet: Fleet;
  stop(): Promise<void>;
}

/** What is to be ended, the latest first. */
type Ends = (() => unknown)[];

/** Starts the example on loopback. */
export const startExample = async (options: ExampleOptions = {}): Promise<Example> => {
  const ends: Ends = [];
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    for (let one = ends.shift(); one !== undefined; one = ends.shift()) await one();
  };
  const stop = () => (stopping ??= end());
  try {
    return Object.assign(await start(options, ends), { stop, [Symbol.asyncDispose]: stop });
  } catch (error) {
    await stop();
    throw error;
  }
};

const start = async (options: ExampleOptions, ends: Ends): Promise<Pick<Example, 'url' | 'servers' | 'fleet'>> => {
  const { port = 0, units: size = 12, interval = 400, page = await buildPage() } = options;
  const answerPage = servePage(page);
  const cloud = await startCloud();
  ends.unshift(() => cloud.stop());

  let answerFaults: Answer = () => false;
  let stages = 0;
  const open = async (): Promise<Stage> => {
    const opened = await openStage(String.fromCharCode(97 + (stages++ % 26)), (request, response) => {
      if (!answerFaults(request, response) && !answerPage(request, response)) response.writeHead(404).end();
    });
    ends.unshift(() => opened.stop());
    return opened;
  };
  let stage = await open();
  const bridge = startBridge(cloud.message$, stage.servers[0]);
  ends.unshift(bridge.stop);
  const fleet = await startFleet({ cloud, size, interval });
  ends.unshift(fleet.stop);

  const begin = async (): Promise<void> => {
    const old = stage;
    const next = await open();
    await bridge.moveTo(next.servers[0]);
    stage = next;
    await old.stop();
  };
  const stopped = new AbortController();
  let begun = Promise.resolve();
  ends.unshift(() => {
    stopped.abort();
    return begun.catch(() => undefined);
  });
  const servers = () => stage.servers;
  const failOver = () => {
    stage.failOver();
  };
  answerFaults = serveFaults(
    faultsOn({
      fleet,
      servers,
      failOver,
      drain: () => stage.drain(),
      begin: () => (begun = begin()),
      signal: stopped.signal,
    }),
  );

  const front = await startFront(port, () => stage.servers[0].port);
  ends.unshift(front.stop);
  return {
    url: `http://127.0.0.1:${front.port}/`,
    get servers() {
      return stage.servers;
    },
    fleet,
  };
};
