const longest = 4096;

/** What an error says, as a message to the cloud may carry it: any text that was thrown, cut where it is very long. */
export const errorText = (error: unknown): string => {
  let text: string;
  try {
    text = String(error instanceof Error ? error.message : error);
  } catch {
    text = 'an error without a text';
  }
  return text.slice(0, longest);
};
