/** The longest wait of a timer, in milliseconds. */
export const longestWait: number = 2 ** 31 - 1;
