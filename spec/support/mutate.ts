/** Numbers from 0 to below 1 that follow from the seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const junk: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 1e308, -0, 2 ** 53, '', ' ', '0', '-1', '1e400', 'NaN', 'null', '[]'],
  ...['__proto__', 'constructor', 'x'.repeat(70), 'x'.repeat(300), '\u0000', '\ud800', '😀', '2026-99-99T00:00:00Z'],
  ...[[], {}, [[]], [null], [{}], { toString: 1 }, { length: 3 }, { then: 1 }, { toJSON: 1 }],
];
const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'ID',
  'messagetype',
  '',
];

/** A JSON text that differs from that of the value in a few places, in what it says or in how it is written. */
export const mutated = (value: unknown, random: () => number): string => {
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const deep = (): unknown => {
    const depth = below(80);
    return JSON.parse('['.repeat(depth) + ']'.repeat(depth) || '1');
  };

  const change = (node: unknown): unknown => {
    const replacement = () => (random() < 0.02 ? deep() : pick(junk));
    if (typeof node !== 'object' || node === null) return replacement();
    if (Array.isArray(node)) {
      const items: unknown[] = [...(node as readonly unknown[])];
      const at = below(items.length + 1);
      if (at === items.length || random() < 0.2) items.splice(at, below(2), replacement());
      else items[at] = random() < 0.8 ? change(items[at]) : [items[at]];
      return random() < 0.05 ? items[0] : items;
    }
    const entries: [string, unknown][] = Object.entries(node);
    const entry = entries[below(entries.length)];
    if (entry === undefined) return { [pick(names)]: replacement() };
    const [name, member] = entry;
    const others = entries.filter(([other]) => other !== name);
    const kind = random();
    const changed: [string, unknown][] =
      kind < 0.15
        ? []
        : kind < 0.25
          ? [[random() < 0.5 ? name.toUpperCase() : pick(names), member]]
          : kind < 0.35
            ? [
                [name, member],
                [pick(names), replacement()],
              ]
            : kind < 0.4
              ? [
                  [name, member],
                  [name.toUpperCase(), replacement()],
                ]
              : [[name, change(member)]];
    return Object.fromEntries(random() < 0.1 ? [...changed, ...others].reverse() : [...others, ...changed]);
  };

  let result = value;
  for (let n = below(3); n >= 0; n--) result = change(result);
  const text = JSON.stringify(result);
  const kind = random();
  if (kind < 0.9) return text;
  const at = below(text.length);
  if (kind < 0.93) return text.slice(0, at);
  if (kind < 0.96)
    return text.slice(0, at) + pick(['"', '}', '{', ',', '\\', '0', '\u0000', '__proto__']) + text.slice(at);
  return text.replace('"data"', '"__proto__":{"polluted":1},"data"');
};
