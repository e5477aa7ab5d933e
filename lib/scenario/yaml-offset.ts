import { isMap, isScalar, type Document } from 'yaml';

/** The way to a place in a YAML document. */
export type YamlPath = readonly (string | number)[];

/** Returns the offset of the key, or else of the value, at this path; for a missing one that of its parent. */
export const yamlOffset = (document: Document, path: YamlPath): number => {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => (isScalar(key) ? key.value === last : key === last))
      : undefined;
    const node: unknown = isScalar(pair?.key) ? pair.key : document.getIn(path.slice(0, depth), true);
    if (hasRange(node)) return node.range[0];
  }
  return 0;
};

const hasRange = (node: unknown): node is { readonly range: readonly [number, ...unknown[]] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
