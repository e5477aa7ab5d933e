/** The target size of one frame, in bytes: well under the largest that may be sent, so that other frames get a turn. */
const groupBytes = 64 * 1024;

/** An item of a payload, as JSON text. */
export interface Item {
  readonly text: string;
}

/** Items that go into one frame: at least one. */
export type Group<T> = readonly [T, ...T[]];

export const lastOf = <T>(group: Group<T>): T => group.at(-1) ?? group[0];

/** The items in their order, as many together as fit into a frame; a larger one goes alone. */
export function* inGroups<T extends Item>(items: Iterable<T>): Generator<Group<T>> {
  let group: [T, ...T[]] | undefined;
  let bytes = 0;
  for (const item of items) {
    const more = Buffer.byteLength(item.text) + 1;
    if (group !== undefined && bytes + more <= groupBytes) {
      group.push(item);
      bytes += more;
    } else {
      if (group !== undefined) yield group;
      group = [item];
      bytes = more;
    }
  }
  if (group !== undefined) yield group;
}
