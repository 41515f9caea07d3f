/**
 * Exports to a Workload: read each file, order and subtract snapshots (or add up independent exports), merge, set aside.
 *
 * Rows are folded as they stream, so what is held is a few numbers for each entry of a snapshot, and each text once.
 */
import { byCodeUnit, type Note, type WindowTotals, type Workload } from '../model/index.js';
import { allCounters, plus, sum, zero } from './counters.js';
import { evictionsIn } from './evictions.js';
import type { ReadProgress, WorkloadInput } from './input.js';
import { nothingToAnalyse } from './refusals.js';
import { isTopLevel, type Series, subtracted } from './series.js';
import {
  defined,
  type ExportFileContent,
  greatest,
  least,
  readExportFile,
  type Snapshot,
} from './snapshots.js';
import { setAsideOf, statementsOf } from './statements.js';
import { textTable } from './texts.js';
import { isoTime } from './times.js';

export interface WorkloadOptions {
  /** The exports are independent: add them instead of subtracting one from the next. */
  readonly sum: boolean;
  /** Name or oid: rows of other databases are set aside. */
  readonly database?: string;
  /** Otherwise exports without a row, or without a call, are an error. */
  readonly mayBeEmpty?: boolean;
  readonly onProgress?: (progress: ReadProgress) => void;
}

/** @throws UserError for unreadable input, for snapshots of different servers, and when nothing is left to analyse. */
export async function readWorkload(
  inputs: readonly WorkloadInput[],
  options: WorkloadOptions,
): Promise<Workload> {
  const databases = new Map<string, string>();
  const context = { texts: textTable(), databases, ...defined(options) };
  const files: ExportFileContent[] = [];
  for (const input of inputs) files.push(await readExportFile(input, context));
  const exports = files.filter(({ columns }) => columns !== undefined);
  if (options.mayBeEmpty !== true) refuseEmpty(exports, inputs);
  const series = seriesOf(exports, options.sum);
  if (options.mayBeEmpty !== true) refuseIdle(series);
  const statements = statementsOf(series);
  const setAside = setAsideOf(series);
  if (statements.length === 0) refuseUnknownDatabase(options.database, setAside, exports, databases);
  const counts = files.flatMap(({ evictions }) => evictions);
  const lacks = (['time', 'rows'] as const).filter((what) => exports.some(({ columns }) => !columns?.[what]));
  return {
    statements,
    setAside,
    totals: totalsOf(series, exports),
    evictions: evictionsIn(series, counts),
    window: { ...windowOf(series), ...(options.sum ? { summed: true } : {}) },
    ...(lacks.length === 0 ? {} : { lacks }),
    formats: [...new Set(exports.map(({ format }) => format))].sort(byCodeUnit),
    notes: notesOn(series, databases, options.database),
  };
}

/** With `--sum` each file is a server of its own. */
function seriesOf(exports: readonly ExportFileContent[], sum: boolean): readonly Series[] {
  const files = exports.map(({ snapshots }) => snapshots.filter(hasRows));
  const groups: readonly (readonly Snapshot[])[] = sum
    ? files.filter(({ length }) => length > 0)
    : [files.flat()];
  return groups.map(subtracted);
}

const hasRows = ({ rows }: Snapshot): boolean => rows.size() > 0;

function refuseEmpty(exports: readonly ExportFileContent[], inputs: readonly WorkloadInput[]): void {
  if (exports.some(({ snapshots }) => snapshots.some(hasRows))) return;
  const [only] = inputs.length === 1 ? inputs : [];
  if (exports.length === 0) {
    throw nothingToAnalyse(
      'There is no export to analyse.',
      'Name a file that has the columns query and calls.',
    );
  }
  throw nothingToAnalyse(
    only === undefined ? 'No export has a single row.' : `${only.name} has a header and no rows.`,
    'Was pg_stat_statements reset just before, or does the role see no rows? Take the export again.',
    only?.name,
  );
}

function refuseIdle(series: readonly Series[]): void {
  if (series.some(({ size }) => size > 0)) return;
  const snapshots = series.flatMap((one) => one.snapshots);
  throw nothingToAnalyse(
    `No statement ran between the ${snapshots.length} snapshots: every counter stayed the same.`,
    'Give snapshots with some hours or days between them, or one of them alone.',
  );
}

/** Not when a row of the database was set aside for another reason. */
function refuseUnknownDatabase(
  wanted: string | undefined,
  { masked, noText, nested }: Workload['setAside'],
  exports: readonly ExportFileContent[],
  databases: ReadonlyMap<string, string>,
): void {
  if (wanted === undefined || masked.statements + noText.statements + nested.statements > 0) return;
  const names = namesOf(databases);
  const list = names.join(', ');
  const hasNames = exports.some(({ columns }) => columns?.databaseNames);
  throw nothingToAnalyse(
    `No row belongs to the database ${wanted}.`,
    names.length === 0
      ? 'The export does not say to which database its rows belong: leave --database out.'
      : hasNames
        ? `The export has: ${list}.`
        : `The export has no column datname, so databases go by their dbid. It has: ${list}.`,
  );
}

function namesOf(databases: ReadonlyMap<string, string>): readonly string[] {
  return [...databases.keys()].filter((name) => name !== '').sort(byCodeUnit);
}

function windowOf(series: readonly Series[]): Workload['window'] {
  const from = series.every((one) => one.from !== undefined)
    ? series.map((one) => one.from).reduce(least, undefined)
    : undefined;
  const to = series.map((one) => one.to).reduce(greatest, undefined);
  return {
    ...defined({
      from: from === undefined ? undefined : isoTime(from),
      to: to === undefined ? undefined : isoTime(to),
    }),
    snapshots: series.reduce((all, { snapshots }) => all + snapshots.length, 0),
    restarted: Number(series.map((one) => one.restarted.calls).reduce(plus, 0)),
  };
}

const furtherCounters = ['wal', 'blocks', 'temp', 'planning', 'jit'] as const;

function totalsOf(series: readonly Series[], exports: readonly ExportFileContent[]): WindowTotals {
  let total = zero;
  for (const { rows } of series) {
    for (const [, row] of rows()) if (isTopLevel(row)) total = sum(total, row.counters());
  }
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : isoTime(at));
  const [only, ...others] = series;
  const steps = only === undefined || others.length > 0 ? [] : only.steps;
  return {
    counters: allCounters(total),
    intervals: steps.map(({ from, to, counters }) => ({
      ...defined({ from: time(from), to: time(to) }),
      counters: allCounters(counters),
    })),
    lacks: furtherCounters.filter((what) => exports.some(({ columns }) => !columns?.further[what])),
  };
}

function notesOn(
  series: readonly Series[],
  databases: ReadonlyMap<string, string>,
  wanted: string | undefined,
): readonly Note[] {
  return [...series.flatMap(notesOnSeries), ...noteOnDatabases(databases, wanted)].sort((a, b) =>
    byCodeUnit(`${a.code} ${a.message}`, `${b.code} ${b.message}`),
  );
}

function notesOnSeries({ snapshots, firstCounts, restarted, idle }: Series): readonly Note[] {
  const notes: Note[] = [];
  const [first] = snapshots;
  if (first !== undefined && !firstCounts) {
    const message = `${first.file} is the baseline: only what ran after it is counted.`;
    notes.push({ code: 'baseline-snapshot', message });
  }
  if (restarted.entries > 0) {
    const message = `${counted(restarted.entries, 'entry was', 'entries were')} reset or evicted between snapshots; ${restarted.calls} calls are counted from zero and some before them are lost.`;
    notes.push({ code: 'counters-restarted', message });
  }
  if (idle > 0) {
    const message = `${counted(idle, 'entry', 'entries')} did not run between the snapshots and ${idle === 1 ? 'is' : 'are'} left out.`;
    notes.push({ code: 'idle-entries', message });
  }
  return notes;
}

function noteOnDatabases(
  databases: ReadonlyMap<string, string>,
  wanted: string | undefined,
): readonly Note[] {
  const names = namesOf(databases);
  if (wanted !== undefined || names.length < 2) return [];
  const message = `The export has rows of ${names.length} databases (${names.join(', ')}); choose one with --database.`;
  return [{ code: 'several-databases', message }];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
