const longest = 4096;

/** The text of an error, as a message to the cloud may carry it: cut if it is very long. */
export const errorText = (error: unknown): string => {
  let text: string;
  try {
    text = String(error instanceof Error ? error.message : error);
  } catch {
    text = 'an error without a text';
  }
  return text.slice(0, longest);
};
