// Runs in the browser: a viewer that reports its widgets to the program that drives the browser.
import { connectDashboard, type DashboardOptions, type DashboardState } from 'unitlink/dashboard';
import type { Ledger } from './ledger.js';
import { openViewer, type Shown, type Viewer } from './viewer.js';

/** What the page shows. */
export interface Report {
  readonly state: DashboardState;
  readonly widgets: readonly Shown[];
  readonly ledger: Ledger;
}

/** What the driver of the browser puts into the page, and what it finds there. */
export interface PageGlobals {
  /** Makes the dashboard; may hold what cannot be sent into a page, such as functions. */
  dashboardOptions?: DashboardOptions;
  report?: (report: Report) => void;
  viewer: Viewer;
  readonly document: { readonly body: { textContent: string | null } };
}

const page = globalThis as unknown as PageGlobals;
const viewer = openViewer('chromium', connectDashboard({ url: '/live', ...page.dashboardOptions }));
page.viewer = viewer;

let isDue = false;
const report = (): void => {
  isDue = false;
  const { state, widgets, ledger } = viewer;
  const shown = widgets.map(({ name, status, newest }) => `${name}: ${status}, ${newest}`);
  page.document.body.textContent = [state.state, ...shown].join(' | ');
  page.report?.({ state: { ...state, cause: undefined } as DashboardState, widgets, ledger });
};
viewer.change$.subscribe({
  next: () => {
    // All that one frame brings at once.
    if (!isDue) queueMicrotask(report);
    isDue = true;
  },
  error: console.error,
});
