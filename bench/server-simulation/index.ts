// The seeded simulation of servers: units, pages and a log that outlives crashes, on virtual time, with monitors.
export { simulateServer, type ServerRun } from './run.js';
export { serverCorpus } from './corpus.js';
export { serverPlan, type ServerPlan } from './plan.js';
