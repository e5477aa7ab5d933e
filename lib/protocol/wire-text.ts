/** A text as long as this is looked through faster than `JSON.stringify` begins with it. */
const short = 256;
/** Printable ASCII without what JSON escapes. */
const plain = /^[ !#-[\]-~]*$/;

/** A text as JSON. */
export const quoted = (text: string): string =>
  text.length <= short && plain.test(text) ? `"${text}"` : JSON.stringify(text);

/** A list as JSON; `write` gives the JSON of an item. */
export const listed = <T>(items: readonly T[], write: (item: T) => string): string => {
  let text = '[';
  for (const [index, item] of items.entries()) text += index === 0 ? write(item) : `,${write(item)}`;
  return `${text}]`;
};
