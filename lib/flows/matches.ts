import type { InstanceIdent } from '../builders/new-state.js';
import type { Identity } from '../protocol/from-schema.js';

/** A filter of instances; a member that is left out matches any. */
export interface InstanceFilter {
  readonly item?: Identity | undefined;
  readonly subject?: Identity | undefined;
  readonly instance?: number | undefined;
}

/** True if a filter matches an instance. One with an item or subject that names nothing matches none. */
export const matches = (filter: InstanceFilter, { item, subject, instance }: InstanceIdent): boolean =>
  isMeant(filter.item, item) &&
  isMeant(filter.subject, subject) &&
  (filter.instance === undefined || filter.instance === instance);

const isMeant = (wanted: Identity | undefined, { id, codename }: Identity): boolean => {
  if (wanted === undefined) return true;
  if (wanted.id !== undefined) return wanted.id === id;
  return wanted.codename !== undefined && wanted.codename === codename;
};
