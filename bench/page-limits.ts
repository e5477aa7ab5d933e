/**
 * What a page pays for a live dashboard, RxJS included: bytes after gzip, of the file in the package, and as a bundler makes it
 * by its defaults. esbuild uses no name of a function again for another variable within it, which gzip packs less well.
 */
export const pageLimits = { standalone: 17_900, bundled: 20_540, esbuild: 21_330 } as const;

/** The page that is weighed. */
export const page = `
  import { connectDashboard, latest, rows, series } from 'unitlink/dashboard';
  globalThis.page = { connectDashboard, latest, rows, series };
`;
