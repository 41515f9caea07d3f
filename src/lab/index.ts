/** Real PostgreSQL clusters in a temporary folder, for rehearsals and tests. */
export { startPostgres } from './clusters.js';
export { startLab } from './lab.js';
