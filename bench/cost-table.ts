import { names, type Name } from './contenders/names.js';
import type { Results } from './results.js';

const titles: Readonly<Record<Name, string>> = {
  limit: 'a loop on bare `ws`, the limit',
  'limit again': 'the same again',
  unitlink: '**unitlink**, by `status$`',
  acknowledged: '**unitlink**, by `acknowledged`',
  onSettled: '**unitlink**, by `onSettled`',
  durable: '**unitlink**, each on disk first, by `status$`',
  'socket.io': 'socket.io `retries`',
  mqtt: 'MQTT.js QoS 1 over WebSocket',
  'mqtt tcp': 'MQTT.js QoS 1 over TCP',
  nats: 'NATS JetStream over TCP',
  rxjs: 'RxJS `webSocket`',
  poco: 'C++, a loop on Poco with threads',
};

const loads = [
  ['TLS, 256 in flight', 'tls', ''],
  ['plain TCP, 256 in flight', 'plain', ''],
  ['TLS, 100,000 sent in one loop', 'tls', 'burst '],
  ['plain TCP, 100,000 sent in one loop', 'plain', 'burst '],
] as const;

const head = ['', 'CPU of a message', 'the least', 'times the limit', 'messages a second, times the limit'];

const shown = (value: number | undefined, digits = 2): string => value?.toFixed(digits) ?? '–';

/** The cost of a message whose result the app observes, with each client and under each load, as Markdown. */
export const costTable = ({ value, least, ratio }: Results): string =>
  loads
    .map(([title, mode, kind]) => {
      const [cpu, rate] = [`${mode} ${kind}cpu`, `${mode} ${kind}rate`];
      const lines = names
        .filter((name) => value(name, cpu) !== undefined)
        .map((name) => [
          titles[name],
          `${shown(value(name, cpu), 1)} µs`,
          `${shown(least(name, cpu), 1)} µs`,
          shown(ratio(name, cpu)),
          shown(ratio(name, rate)),
        ]);
      const rule = ['---', ...head.slice(1).map(() => '---:')];
      const rows = [[title, ...head.slice(1)], rule, ...lines];
      return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    })
    .join('\n\n');
