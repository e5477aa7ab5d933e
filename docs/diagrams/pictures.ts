import { readBlocks } from './block.js';
import { draw } from './draw.js';
import { dark, light } from './palette.js';

/** The folder of the pictures. */
export const pictureFolder = 'docs/images/marbles';

/** The pictures of all diagrams in the pages of docs, by the name of their file. */
export const pictures = (): ReadonlyMap<string, string> =>
  new Map(
    readBlocks('docs').flatMap((block) => [
      [`${block.name}.svg`, draw(block, light)],
      [`${block.name}-dark.svg`, draw(block, dark)],
    ]),
  );
