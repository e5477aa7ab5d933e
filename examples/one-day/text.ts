/** Breaks a text into lines between its words, and a word that is too long anywhere. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => whole.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
};

/** `alerts 1, 2, unitStatus 3`: a name that repeats is left out. */
export const listed = (items: readonly string[]): string =>
  items
    .map((item, index) => {
      const [name, number] = item.split(' ');
      return number !== undefined && items[index - 1]?.split(' ')[0] === name ? number : item;
    })
    .join(', ');
