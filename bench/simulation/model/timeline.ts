import type { SimulationEvent } from './events.js';

/** Left out of a timeline: what says only that something else is done. */
const silent: ReadonlySet<string> = new Set(['heard', 'noted', 'tick', 'listening', 'measured']);

/** Returns the events of a run, one line each: the time in seconds, the number of the process, and the event. */
export const simulationTimeline = (events: readonly SimulationEvent[]): string =>
  events
    .filter(({ kind }) => !silent.has(kind))
    .map((event) => `${(event.at / 1000).toFixed(3).padStart(9)}  p${event.process}  ${inWords(event)}`)
    .join('\n');

const inWords = (event: SimulationEvent): string => {
  switch (event.kind) {
    case 'fault': {
      const { kind, duration, variant } = event.fault;
      return `!! ${kind} for ${duration} ms (${variant.toFixed(2)})`;
    }
    case 'process':
      return `-- the process is ${event.what === 'stopping' ? 'stopping its unit' : event.what}`;
    case 'accepted':
      return `app: sends ${event.txn} ${options(event.message)}`;
    case 'refused':
      return `app: message ${event.message.id} is refused, ${event.cause}`;
    case 'withdrawn':
      return `app: takes ${event.txn} back${event.done ? '' : ', too late'}`;
    case 'restored':
      return `store: opened with ${event.txns.join(' ') || 'nothing'}`;
    case 'report':
      return `unit: ${event.txn} ${event.status}, ${event.attempt} written${because(event.cause)}`;
    case 'state':
      return `unit: ${event.state}${event.url === undefined ? '' : ` ${event.url}`}${waiting(event)}`;
    case 'told':
      return `unit: listener ${event.listener} ${event.of}`;
    case 'discover':
      return `unit: discovers at ${event.url}`;
    case 'discovered':
      return `discovery: ${event.outcome} ${event.urls?.join(' ') ?? ''}`;
    case 'dial':
      return `link ${event.link}: dialled ${event.url} with ${event.token}`;
    case 'opened':
      return `link ${event.link}: open`;
    case 'ended':
      return `link ${event.link}: ended by the ${event.by}, ${event.cause}`;
    case 'emptied':
      return `link ${event.link}: all that waited is taken`;
    case 'write':
      return `link ${event.link}: -> ${event.frame} ${event.txn}`;
    case 'hears':
      return `link ${event.link}: <- ${event.frame} ${event.txn}${event.retryAfter === undefined ? '' : `, again in ${event.retryAfter} ms`}`;
    case 'reading':
      return `link ${event.link}: the unit ${event.reads ? 'reads on' : 'stops to read'}`;
    case 'arrived':
      return `cloud: gets ${event.txn}, ${event.verdict}`;
    case 'received':
      return `app: gets ${event.txn}`;
    case 'handling':
      return `app: handler ${event.handler} ${event.what} on ${event.txn}`;
    case 'failure':
      return `app: told that ${event.where}`;
    case 'store':
      return `store: ${event.what}`;
    case 'healed':
      return '== the faults are over';
    case 'drained':
      return '== all is delivered';
    default:
      return event.kind;
  }
};

const because = (cause: string | undefined): string => (cause === undefined ? '' : ` (${cause})`);

const waiting = ({ attempt, delay, cause }: Extract<SimulationEvent, { kind: 'state' }>): string =>
  delay === undefined ? '' : ` ${delay} ms before attempt ${attempt ?? 0}${because(cause)}`;

const options = (message: object): string =>
  Object.entries(message)
    .filter(([name]) => name !== 'id' && name !== 'at')
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
