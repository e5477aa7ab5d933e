/** What a page pays for a live dashboard, RxJS included: bytes after gzip. */
export const pageLimits = { standalone: 18_150, bundled: 20_770 } as const;

/** The page that is weighed. */
export const page = `
  import { connectDashboard, latest, rows, series } from 'unitlink/dashboard';
  globalThis.page = { connectDashboard, latest, rows, series };
`;
