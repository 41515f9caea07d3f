/** Real PostgreSQL clusters in a temporary folder, for rehearsals and tests. */

export { bindStatements } from './bindings.js';
export { startPostgres } from './clusters.js';
export { type Lab, type LabRequest, startLab } from './lab.js';
export { type Loaded, type LoadRequest, loadLab, readLabInputs } from './load.js';
export type { LabDatabase } from './parts.js';
export { runTraffic } from './run-traffic.js';
export { isReady, type LabNote, labFolder, readNote, stopLab, untilAskedToStop, writeNote } from './state.js';
export { labStatus } from './status.js';
export { readTraffic } from './traffic.js';
