/** The rows of the table of speed that the README shows. */
const shown = [
  'acked messages a second, TLS',
  'the same, 99 of 100',
  'CPU per acked message, TLS',
  'drain of 10,000 queued, time per message',
];

/** The titles as they are read without the other rows. */
const titles: Readonly<Record<string, string>> = {
  'the same, 99 of 100': 'latency at 1,000 messages a second, TLS, 99 of 100',
};

/** The columns of the table that the README shows, by their place in a row. */
const columns = [1, 3, 4, 5, 6];

const cellsOf = (row: string): readonly string[] => row.split('|').map((cell) => cell.trim());

/** Returns four lines of the table of speed in a page, as a table of their own. Throws if one is missing. */
export const speedLines = (page: string): string => {
  const rows = page.split('\n').map(cellsOf);
  const lines = ['', ...shown].map((title) => {
    const row = rows.find((cells) => cells[1] === title && cells.length > 9);
    if (!row) throw new Error(`no row ${title}`);
    const [name = '', ...figures] = columns.map((place) => row[place] ?? '');
    return `| ${[titles[name] ?? name, ...figures].join(' | ')} |`;
  });
  return [lines[0], '| --- | ---: | ---: | ---: | ---: |', ...lines.slice(1)].join('\n');
};
