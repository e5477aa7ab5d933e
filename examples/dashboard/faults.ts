import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDashboardServer } from 'unitlink/testing';
import type { Fleet } from './fleet.js';
import type { Fault } from './serve-faults.js';

/** What the faults act on. */
export interface Ground {
  readonly fleet: Fleet;
  /** The servers there are; that in use comes first. */
  readonly servers: () => readonly TestDashboardServer[];
  readonly failOver: () => void;
  readonly drain: () => Promise<void>;
  /** Servers with an empty log take over. */
  readonly begin: () => Promise<void>;
  /** Faults that last do not outlive it. */
  readonly signal: AbortSignal;
}

/** How long a fault lasts that ends by itself, in milliseconds. */
const shortly = 3000;
const silence = 8000;
const loss = 6000;

/** What can be broken, in the order of the buttons. */
export const faultsOn = ({ fleet, servers, failOver, drain, begin, signal }: Ground): readonly Fault[] => {
  const all = (act: (server: TestDashboardServer) => unknown) => Promise.all(servers().map(act));
  const meanwhile = async (duration: number, act: (on: boolean) => unknown): Promise<void> => {
    await act(true);
    const isOver = await sleep(duration, true, { ref: false, signal }).catch(() => false);
    if (isOver) await act(false);
  };
  return [
    {
      name: 'cut',
      label: 'Cut',
      hint: 'Resets the TCP connection: found at once, live again in milliseconds.',
      run: () =>
        all((server) => {
          server.cut();
        }),
    },
    {
      name: 'silence',
      label: 'Silence',
      hint: 'Connections stay open and nothing comes for 8 s: found by the missing heartbeat.',
      run: () =>
        void meanwhile(silence, (on) =>
          all((server) => {
            server.silence(on);
            server.silenceNew(on);
          }),
        ),
    },
    {
      name: 'refuse',
      label: 'Refuse for 3 s',
      hint: 'Cuts, and refuses every connection for 3 s.',
      run: async () => {
        void meanwhile(shortly, (on) => all((server) => server.refuse(on)));
        await all((server) => {
          server.cut();
        });
      },
    },
    {
      name: 'fail-over',
      label: 'Fail over',
      hint: 'The server dies; another one goes on from the same log.',
      run: failOver,
    },
    {
      name: 'drain',
      label: 'Drain',
      hint: 'The server says that it will go away: the page moves before it does.',
      run: () => void drain(),
    },
    {
      name: 'gap',
      label: 'Skip updates',
      hint: 'Five updates of the chart are not sent: found by their numbers, and asked for again.',
      run: () =>
        all((server) => {
          server.skipUpdate('usage', 5);
        }),
    },
    {
      name: 'lose-log',
      label: 'Lose 6 s',
      hint: 'Servers and log are lost for 6 s: what happened meanwhile is gone, and the chart says so.',
      run: () => {
        void meanwhile(loss, async (on) => {
          if (!on) return begin();
          await all((server) => server.refuse(true));
          await all((server) => {
            server.cut();
          });
        });
      },
    },
    {
      name: 'mute',
      label: 'Stop the unit',
      hint: 'The unit in the chart sends nothing until this is pressed again: the link is well, its source is silent.',
      run: (unit = fleet.ids[0] ?? '') => {
        fleet.mute(unit, !fleet.isMuted(unit));
      },
    },
  ];
};
