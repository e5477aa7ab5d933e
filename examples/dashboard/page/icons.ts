import { svg, type SVGTemplateResult } from 'lit';

/** Shapes that tell states apart without colour, 16 by 16. */
export const icons = {
  fresh: svg`<path d="M3.5 8.5l3 3 6-7" />`,
  stale: svg`<circle cx="8" cy="8" r="5.5" /><path d="M8 5v3.2l2 1.3" />`,
  source: svg`<path d="M3 6v4h2.5L9 13V3L5.5 6zM11.5 6l3 4M14.5 6l-3 4" />`,
  resyncing: svg`<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3" />`,
  error: svg`<path d="M8 2.2l6.3 11H1.7zM8 6.5v3M8 11.4v.1" />`,
  critical: svg`<path d="M5.6 1.8h4.8l3.8 3.8v4.8l-3.8 3.8H5.6l-3.8-3.8V5.6zM8 5v3.6M8 11v.1" />`,
  paused: svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`,
  lost: svg`<path d="M2 6.2a9 9 0 0 1 12 0M4.4 9a5.4 5.4 0 0 1 7.2 0M8 12.2v.1M3 2l10 12" />`,
  info: svg`<circle cx="8" cy="8" r="5.8" /><path d="M8 7.4v3.4M8 5v.1" />`,
  dot: svg`<circle cx="8" cy="8" r="3" fill="currentColor" />`,
} satisfies Record<string, SVGTemplateResult>;

/** One of them, for eyes only. */
export const icon = (name: keyof typeof icons): SVGTemplateResult =>
  svg`<svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true">${icons[name]}</svg>`;
