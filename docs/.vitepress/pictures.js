/** Pictures that are there for a light and for a dark page. */

const pair =
  /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)" \/>\s*<img\s+alt="([^"]*)"\s+src="([^"]+)" \/>\s*<\/picture>/g;

/** Has the switch of the site choose the picture, where a page by itself follows the reader's system. */
export const picturesByTheme = (md) => {
  md.core.ruler.push('pictures-by-theme', ({ tokens }) => {
    for (const token of tokens)
      if (token.type === 'html_block')
        token.content = token.content.replaceAll(
          pair,
          (_, dark, alt, light) =>
            `<div class="picture" tabindex="0"><img class="in-light" alt="${alt}" src="${light}" /><img class="in-dark" alt="${alt}" src="${dark}" /></div>`,
        );
  });
};
