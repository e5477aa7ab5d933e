import { readFile, writeFile } from 'node:fs/promises';

/** Returns the text between the two marks of a name in a page. Throws where they are missing. */
export const textBetweenMarks = (page: string, name: string): string => {
  const [from, to] = places(page, name);
  return page.slice(from, to).trim();
};

/** Puts the text between the two marks of a name in a file: `<!-- NAME:start -->` and `<!-- NAME:end -->`. */
export const writeBetweenMarks = async (file: URL, name: string, text: string): Promise<void> => {
  const page = await readFile(file, 'utf8');
  const [from, to] = places(page, name);
  await writeFile(file, `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`);
};

const places = (page: string, name: string): readonly [from: number, to: number] => {
  const start = `<!-- ${name}:start -->`;
  const [from, to] = [page.indexOf(start), page.indexOf(`<!-- ${name}:end -->`)];
  if (from < 0 || to < from) throw new Error(`no marks of ${name}`);
  return [from + start.length, to];
};
