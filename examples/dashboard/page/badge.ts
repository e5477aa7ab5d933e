import { html, type TemplateResult } from 'lit';
import type { Live } from 'unitlink/dashboard';
import { clock } from './clock.js';
import { icon, type icons } from './icons.js';

const asOf = ({ asOf }: Live<unknown>): string => (asOf === undefined ? ', no data yet' : `, as of ${clock(asOf)}`);

const reasonOf = ({ error }: Live<unknown>): string => (error instanceof Error ? error.message : String(error));

const said = (live: Live<unknown>): { readonly text: string; readonly sign: keyof typeof icons } => {
  switch (live.status) {
    case 'fresh':
      return { text: 'Fresh', sign: 'fresh' };
    case 'stale':
      return live.reason === 'source'
        ? { text: `Source silent${asOf(live)}`, sign: 'source' }
        : { text: `Stale${asOf(live)}`, sign: 'stale' };
    case 'resyncing':
      return { text: 'Resyncing', sign: 'resyncing' };
    case 'paused':
      return { text: `Paused${asOf(live)}`, sign: 'paused' };
    case 'error':
      return { text: `Error: ${reasonOf(live)}`, sign: 'error' };
  }
};

/** Says how far the data of a widget can be trusted. */
export const badge = (live: Live<unknown>): TemplateResult => {
  const { text, sign } = said(live);
  return html`<span class="badge" data-status=${live.status} title=${text}>${icon(sign)}<span>${text}</span></span>`;
};
