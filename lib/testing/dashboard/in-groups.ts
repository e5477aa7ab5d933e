/** What one frame takes: well under the largest that may be sent, so that others get a turn in between. */
const groupBytes = 64 * 1024;

/** An item of a payload, as JSON text. */
export interface Item {
  readonly text: string;
}

/** The items in their order, as many together as fit into a frame; a larger one goes alone. */
export function* inGroups<T extends Item>(items: Iterable<T>): Generator<readonly T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const more = Buffer.byteLength(item.text) + 1;
    if (group.length > 0 && bytes + more > groupBytes) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += more;
  }
  if (group.length > 0) yield group;
}
