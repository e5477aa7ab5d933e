// What dist/browser/dashboard.js is made of, RxJS included, for pages without a bundler.
export { connectDashboard } from './connect-dashboard.js';
export { latest } from './latest.js';
export { rows } from './rows.js';
export { series } from './series.js';
