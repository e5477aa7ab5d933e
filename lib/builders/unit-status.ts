import type { UnitData } from '../protocol/envelope.js';
import type { NodeInfo } from '../protocol/from-schema.js';

type Data = UnitData<'unitStatus'>;

/** The sections of a status. */
export interface StatusSections extends Pick<Data, 'unitConfig' | 'items' | 'instances' | 'subjects'> {
  /** The nodes of the unit; the title of each may be left out. */
  readonly nodes?:
    | readonly (Omit<NodeInfo, 'identity'> & {
        readonly identity: { readonly codename: string; readonly title?: string };
      })[]
    | undefined;
}

/**
 * The complete status: a `unitStatus` with all five sections.
 *
 * @param sections - the sections; one that is left out is empty
 * @returns the body of the message, for `send`
 *
 * @example
 * ```ts
 * unit.send(unitStatus({ items, instances }));
 * ```
 */
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

/**
 * A change of the status: a `unitStatus` with the given sections, and no others.
 *
 * @param sections - the sections that have changed, each whole
 * @returns the body of the message, for `send`
 *
 * @example
 * ```ts
 * unit.send(unitStatusDelta({ instances }));
 * ```
 */
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
