/** Returns true if an event begins with the words of a pattern, in which `*` is any one word. */
export const fits = (pattern: string, event: string): boolean => {
  const words = event.split(' ');
  return pattern.split(' ').every((word, index) => word === words[index] || (word === '*' && index < words.length));
};
