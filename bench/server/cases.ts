/** A server that is measured: pages that all sort differently, pages that watch the same, and a bare broadcast of that. */
export type Case = 'sorts' | 'same' | 'bare';

const filling = 'x'.repeat(200);

/** The value that all pages watch. */
export const valueOf = (n: number): object => ({ n, state: 'online', filling });
