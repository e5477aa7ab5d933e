import type { InstanceIdent } from '../builders/new-state.js';
import { nameOf } from './name-of.js';

/** The same text for the same instance, whatever its other members are. */
export const instanceKey = ({ item, subject, instance }: InstanceIdent): string =>
  JSON.stringify([nameOf(item), nameOf(subject), instance]);
