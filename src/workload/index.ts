/** Exports of pg_stat_statements → Workload. */
export { discoverInputs, openExport } from './discover.js';
export type { WorkloadInput } from './input.js';
export { readWorkload } from './read.js';
export { noExport } from './refusals.js';
export { isHarmlessCommand, kindOfStatement } from './set-apart.js';
export { sniffFile } from './sniff.js';
