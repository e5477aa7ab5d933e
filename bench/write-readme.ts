import { readFile, writeFile } from 'node:fs/promises';

const start = '<!-- bench:start -->';
const end = '<!-- bench:end -->';

/** Puts the text between the two marks of the file. */
export const writeBetweenMarks = async (file: URL, text: string): Promise<void> => {
  const whole = await readFile(file, 'utf8');
  const [from, to] = [whole.indexOf(start), whole.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no ${start} before ${end} in ${file.pathname}`);
  await writeFile(file, `${whole.slice(0, from + start.length)}\n\n${text}\n\n${whole.slice(to)}`);
};
