import { readFileSync } from 'node:fs';

const { repository } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly repository: { readonly url: string };
};

/** The repository on the web, from package.json: the one place that names its owner. */
export const repositoryUrl: string = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');

/** Where files of the repository are shown as pages, and where they are given as they are. */
const folders: readonly string[] = [
  `${repositoryUrl}/blob/main/`,
  `${repositoryUrl.replace('//github.com/', '//raw.githubusercontent.com/')}/main/`,
];

/** Returns the path in the repository, with the heading, if the address on the web is that of a file there. */
export const inRepository = (url: string): string | undefined => {
  const folder = folders.find((start) => url.startsWith(start));
  return folder === undefined ? undefined : url.slice(folder.length);
};
