/** Real PostgreSQL clusters in a temporary folder, for rehearsals and tests. */

export { bindStatements } from './bindings.js';
export { startPostgres } from './clusters.js';
export { type Lab, startLab } from './lab.js';
export { type Loaded, loadLab } from './load.js';
export { readTraffic } from './traffic.js';
