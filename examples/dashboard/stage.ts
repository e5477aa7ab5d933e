import type { IncomingMessage, ServerResponse } from 'node:http';
import { memoryLog } from 'unitlink/server';
import { startDashboard, type TestDashboardServer } from 'unitlink/testing';
import { topics } from './topics.js';

/** Two servers with one log, of which one is in use. */
export interface Stage {
  /** That in use comes first. */
  readonly servers: readonly [TestDashboardServer, TestDashboardServer];
  /** New connections go to the other server, and those there are lose theirs. */
  failOver(): void;
  /** New connections go to the other server, and those there are are asked to go there. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/** So many entries of a topic are kept: a dozen units with a sample every 400 ms fill 15 minutes. */
const keep = 40_000;
/** How long a server that is drained goes on, in milliseconds. */
const over = 3000;

/** `name` tells the servers of one stage from those of another. */
export const openStage = async (
  name: string,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Stage> => {
  const log = memoryLog({ keep });
  const open = new Set<TestDashboardServer>();
  let count = 0;
  const start = async (): Promise<TestDashboardServer> => {
    const server = await startDashboard({ topics, log, serverId: `${name}-${++count}`, onRequest });
    open.add(server);
    return server;
  };
  let servers: Stage['servers'] = [await start(), await start()];
  return {
    get servers() {
      return servers;
    },
    failOver: () => {
      const [old, next] = servers;
      servers = [next, old];
      old.cut();
    },
    drain: async () => {
      const [old, next] = servers;
      servers = [next, await start()];
      await old.drain({ over });
      open.delete(old);
      await old.stop();
    },
    stop: async () => {
      await Promise.all([...open].map((server) => server.stop()));
    },
  };
};
