/** The longest wait of a timer, in milliseconds. */
export const maxTimeout: number = 2 ** 31 - 1;
