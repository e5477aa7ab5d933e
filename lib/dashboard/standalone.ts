// What dist/browser/dashboard.js is made of, RxJS included, for pages without a bundler.
export { connectDashboard } from './connect-dashboard.js';
export { latest } from './folds/latest.js';
export { rows } from './folds/rows.js';
export { series } from './folds/series.js';
