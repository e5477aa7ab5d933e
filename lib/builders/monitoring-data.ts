import type { UnitData } from '../protocol/envelope.js';
import { wireTime, type Timed } from './time.js';

type Data = UnitData<'monitoringData'>;
type Node = Data['nodes'][number];
type Instance = NonNullable<Data['instances']>[number];

/** What nodes and instances used and how they were, with times of any kind. */
export interface Usage {
  readonly nodes: readonly (Omit<Node, 'items' | 'nodeStates'> & {
    readonly items: readonly Timed<Node['items'][number]>[];
    readonly nodeStates?: readonly Timed<NonNullable<Node['nodeStates']>[number]>[];
  })[];
  readonly instances?: readonly (Omit<Instance, 'items' | 'itemStates'> & {
    readonly items: readonly Timed<Instance['items'][number]>[];
    readonly itemStates?: readonly Timed<Instance['itemStates'][number]>[];
  })[];
}

const mostSamples = 16;

/**
 * A `monitoringData` message. Of the samples and the states of a node or an instance it carries the last 16, as many as
 * the protocol allows; bytes and DMIPS are rounded.
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
