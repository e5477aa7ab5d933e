/** The colours of a picture. */
export interface Palette {
  readonly ink: string;
  readonly faint: string;
  readonly guide: string;
  readonly error: string;
  readonly span: string;
  /** A mark takes one of these by its letter, the same in each line. */
  readonly marks: readonly string[];
  readonly onMark: string;
}

export const light: Palette = {
  ink: '#1f2328',
  faint: '#59636e',
  guide: '#d1d9e0',
  error: '#cf222e',
  span: '#ddf4ff',
  marks: ['#0969da', '#1a7f37', '#8250df', '#9a6700', '#bf3989', '#1b7c83'],
  onMark: '#ffffff',
};

export const dark: Palette = {
  ink: '#f0f6fc',
  faint: '#9198a1',
  guide: '#3d444d',
  error: '#f85149',
  span: '#15304f',
  marks: ['#58a6ff', '#3fb950', '#bc8cff', '#d29922', '#f778ba', '#39c5cf'],
  onMark: '#0d1117',
};
