/** The text with its control characters written out: the other side has a say in it, and a terminal obeys them. */
export const oneLine = (text: string): string =>
  text.replace(/\p{Cc}|[\u2028\u2029]/gu, (character) =>
    character === '\n' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
