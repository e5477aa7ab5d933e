import type { UnitData } from '../protocol/envelope.js';
import { wireTime, type Timed } from './time.js';

type Data = UnitData<'monitoringData'>;
type Node = Data['nodes'][number];
type Instance = NonNullable<Data['instances']>[number];

/** The usage and the states of nodes and instances, with times of any kind. */
export interface Usage {
  /** Samples of nodes; the samples count download and upload in bytes, `ram` in bytes and `cpu` in DMIPS. */
  readonly nodes: readonly (Omit<Node, 'items' | 'nodeStates'> & {
    readonly items: readonly Timed<Node['items'][number]>[];
    readonly nodeStates?: readonly Timed<NonNullable<Node['nodeStates']>[number]>[];
  })[];
  /** Samples of the instances of items. */
  readonly instances?: readonly (Omit<Instance, 'items' | 'itemStates'> & {
    readonly items: readonly Timed<Instance['items'][number]>[];
    readonly itemStates?: readonly Timed<Instance['itemStates'][number]>[];
  })[];
}

const mostSamples = 16;

/**
 * A `monitoringData` message. Of the samples and the states of a node or an instance it carries the last 16, as many as
 * the protocol allows; bytes and DMIPS are rounded.
 *
 * @param usage - the samples of nodes and instances
 * @returns the body of the message, for `send`
 *
 * @example
 * ```ts
 * const items = [{ timestamp: Date.now(), ram: 1e6, cpu: 100, download: 0, upload: 0 }];
 * unit.send(monitoringData({ nodes: [{ node: { codename: 'main' }, items }] }));
 * ```
 */
export const monitoringData = ({ nodes, instances = [] }: Usage): Data => ({
  messageType: 'monitoringData',
  nodes: nodes.map(({ node, nodeStates = [], items }) => ({
    node,
    nodeStates: latest(nodeStates),
    items: latest(items).map(rounded),
  })),
  instances: instances.map(({ item, subject, instance, node, itemStates = [], items }) => ({
    item,
    subject,
    instance,
    node,
    itemStates: latest(itemStates),
    items: latest(items).map(rounded),
  })),
});

const latest = <T extends { readonly timestamp: unknown }>(
  all: readonly (T & { readonly timestamp: Parameters<typeof wireTime>[0] })[],
): (Omit<T, 'timestamp'> & { readonly timestamp: string })[] =>
  all.slice(-mostSamples).map((each) => ({ ...each, timestamp: wireTime(each.timestamp) }));

type Sample = Node['items'][number];

const rounded = (sample: Sample): Sample => ({
  timestamp: sample.timestamp,
  ram: Math.round(sample.ram),
  cpu: Math.round(sample.cpu),
  download: Math.round(sample.download),
  upload: Math.round(sample.upload),
  ...(sample.partitions && {
    partitions: sample.partitions.map(({ name, usedSize }) => ({ name, usedSize: Math.round(usedSize) })),
  }),
});
