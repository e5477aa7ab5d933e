/**
 * A server that is measured: pages that all sort differently, pages that watch the same, a bare broadcast of that, and many
 * topics of which each page watches all.
 */
export type Case = 'sorts' | 'same' | 'bare' | 'topics';

/** The name of one of many topics. */
export const topicOf = (n: number): string => `topic-${n}`;

const filling = 'x'.repeat(200);

/** The value that all pages watch. */
export const valueOf = (n: number): object => ({ n, state: 'online', filling });
