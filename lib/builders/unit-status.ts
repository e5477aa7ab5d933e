import type { UnitData } from '../protocol/envelope.js';
import type { NodeInfo } from '../protocol/from-schema.js';

type Data = UnitData<'unitStatus'>;

/** The sections of a status; the title of a node may be left out. */
export interface StatusSections extends Pick<Data, 'unitConfig' | 'items' | 'instances' | 'subjects'> {
  readonly nodes?:
    | readonly (Omit<NodeInfo, 'identity'> & {
        readonly identity: { readonly codename: string; readonly title?: string };
      })[]
    | undefined;
}

/** The complete picture: a `unitStatus` with all five sections, empty where nothing is given. */
export const unitStatus = (sections: StatusSections = {}): Data => {
  const { unitConfig = [], nodes = [], items = [], instances = [], subjects = [] } = sections;
  return {
    messageType: 'unitStatus',
    isDeltaInfo: false,
    unitConfig,
    nodes: nodes.map(titled),
    items,
    instances,
    subjects,
  };
};

/** What has changed: a `unitStatus` with the sections that are given, and no others. */
export const unitStatusDelta = ({ nodes, ...changes }: StatusSections): Data => ({
  messageType: 'unitStatus',
  isDeltaInfo: true,
  ...changes,
  ...(nodes && { nodes: nodes.map(titled) }),
});

const titled = (node: NonNullable<StatusSections['nodes']>[number]): NodeInfo => ({
  ...node,
  identity: { codename: node.identity.codename, title: node.identity.title ?? '' },
});
