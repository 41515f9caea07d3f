/** Real PostgreSQL clusters in a temporary folder, for rehearsals and tests. */
export { startPostgres } from './clusters.js';
export { type Lab, type LabDatabase, type LabRequest, startLab } from './lab.js';
