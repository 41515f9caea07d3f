/** Exports of pg_stat_statements → Workload. */
export { discoverInputs, type ExportFile, openExport } from './discover.js';
export type { WorkloadInput } from './input.js';
export { eventOf, type LogEvent } from './log/events.js';
export { readLogs } from './log/read-log.js';
export type { LogItem, LogRecord } from './log/record.js';
export { readQueryFiles } from './query-files.js';
export { readWorkload } from './read.js';
export { noExport } from './refusals.js';
export { isHarmlessCommand, kindOfStatement } from './set-apart.js';
export { sniffFile } from './sniff.js';
export { detached, digest, statementId } from './texts.js';
