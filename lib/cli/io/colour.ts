/**
 * Returns true if output to this stream is coloured: not in files and pipes, and not if the user has disabled it
 * (no-color.org).
 */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  { NO_COLOR: no = '' }: { readonly NO_COLOR?: string | undefined },
): boolean => stream.isTTY === true && no === '';

/** The text in a colour, by its number in SGR: 31 is red, 32 green, 33 yellow. */
export const painted = (text: string, code: number, colour: boolean): string =>
  colour ? `\u001b[${code}m${text}\u001b[0m` : text;
