/** Exports of pg_stat_statements → Workload. */
export {
  type DiscoveredInputs,
  discoverInputs,
  type ExportFile,
  openExport,
  type SkippedFile,
} from './discover.js';
export type { ExportFormat, FileKind, ReadProgress, SnapshotFacts, WorkloadInput } from './input.js';
export { readWorkload, type WorkloadOptions } from './read.js';
export { isHarmlessCommand, type Kind, kindOfStatement } from './set-apart.js';
export { sniffFile } from './sniff.js';
