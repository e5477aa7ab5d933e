import { kept } from './kept.js';

/** What the chart shows; `window` in milliseconds. */
export const chart$ = kept('chart', { unit: 'unit-01', window: 60_000 });

/** What the table shows. */
export const table$ = kept('table', { filter: '', sort: 'id', page: 0, pageSize: 8 });
