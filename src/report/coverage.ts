/** What the export covers, before anything that is concluded from it. */

import {
  type AnalysisResult,
  type Coverage,
  type CoveragePart,
  percent,
  type WindowReport,
} from '../model/index.js';
import { count, duration, plural } from './numbers.js';
import { firstOf, type Page, type Section } from './page.js';
import { type ColumnOf, renderTable } from './table.js';
import { clean, place, wrap } from './words.js';

const MOST_PLACES = 5;

export interface CoverageRow {
  readonly what: string;
  readonly part: CoveragePart;
  /** Weight that the plan does not rest on, although it should. */
  readonly isMissing: boolean;
}

export function coverageSection(page: Page, result: AnalysisResult): Section {
  const { coverage } = result;
  return {
    title: 'COVERAGE',
    lines: [
      ...wrap(overview(coverage, result.window), page.width, '  '),
      ...renderTable(page, columnsOf(page, coverage), rowsOf(coverage)),
      ...wrap(`evicted from the view: ${evictions(coverage)}`, page.width, '  '),
      ...unreadSchema(page, coverage),
      ...unreadStatements(page, coverage),
    ],
  };
}

export function overview(coverage: Coverage, window: WindowReport): string {
  const spent = areTimesKnown(coverage)
    ? `${duration(coverage.totalExecMs)} of execution`
    : 'times of execution not in the export';
  const size = `${plural(coverage.statements, 'statement')}, ${plural(coverage.calls, 'call')}, ${spent}`;
  const times =
    window.from !== undefined && window.to !== undefined
      ? `, from ${clean(window.from)} to ${clean(window.to)}`
      : `, ${window.to === undefined ? 'over a time that the export does not say' : `until ${clean(window.to)}`}`;
  const restarted =
    window.restarted === 0 ? '' : `; ${plural(window.restarted, 'counter')} restarted and counted from zero`;
  return `${size}${times} (${plural(window.snapshots, 'snapshot')}${restarted})`;
}

export function areTimesKnown({ timesKnown }: Coverage): boolean {
  return timesKnown !== false;
}

export function rowsOf(coverage: Coverage): readonly CoverageRow[] {
  const row = (what: string, part: CoveragePart, isMissing = false): CoverageRow => ({
    what,
    part,
    isMissing,
  });
  return [
    row('readable', coverage.readable),
    row('no application table', coverage.tableless),
    row('masked', coverage.masked, true),
    row('truncated', coverage.truncated, true),
    row('unparsed', coverage.unparsed, true),
    row('utility', coverage.utility),
    row('catalog queries', coverage.catalog),
    row('nested', coverage.nested),
    row('other databases', coverage.otherDatabase),
  ];
}

function columnsOf(page: Page, coverage: Coverage): readonly ColumnOf<CoverageRow>[] {
  const warn = (text: string, { isMissing, part }: CoverageRow): string =>
    isMissing && part.statements > 0 ? page.paint.yellow(text) : text;
  const share = (part: number, whole: number): string => percent(whole === 0 ? 0 : part / whole);
  const time: ColumnOf<CoverageRow> = {
    title: '% time',
    text: ({ part }) => share(part.totalExecMs, coverage.totalExecMs),
    align: 'right',
    paint: warn,
  };
  return [
    { title: '', text: ({ what }) => what, paint: warn },
    { title: 'statements', text: ({ part }) => count(part.statements), align: 'right' },
    { title: 'calls', text: ({ part }) => count(part.calls), align: 'right' },
    {
      title: '% calls',
      text: ({ part }) => share(part.calls, coverage.calls),
      align: 'right',
      paint: warn,
    },
    ...(areTimesKnown(coverage) ? [time] : []),
  ];
}

export function evictions({ evicted }: Coverage): string {
  if (evicted === 'unknown') return 'unknown, the export does not say';
  return evicted === 0 ? 'none' : `${plural(evicted, 'entry', 'entries')}, the long tail is missing`;
}

function unreadSchema(page: Page, { schemaUnreadable }: Coverage): readonly string[] {
  if (schemaUnreadable.length === 0) return [];
  return [
    page.paint.yellow(
      `  parts of the schema that could not be read: ${schemaUnreadable.length}, the rest is used`,
    ),
    ...firstOf(page, schemaUnreadable, MOST_PLACES, ({ source, reason }) =>
      wrap(`${place(source)}: ${clean(reason)}`, page.width, '    ', '      '),
    ),
  ];
}

function unreadStatements(page: Page, { unreadable, salvagedTables }: Coverage): readonly string[] {
  if (unreadable.length === 0) return [];
  const tables = salvagedTables.map(({ table }) => page.nameOf(table)).join(', ');
  return [
    page.paint.yellow(`  statements that could not be read: ${count(unreadable.length)}`),
    ...firstOf(page, unreadable, MOST_PLACES, ({ source, reason, calls }) =>
      wrap(`${place(source)}: ${clean(reason)} (${plural(calls, 'call')})`, page.width, '    ', '      '),
    ),
    ...(tables === '' ? [] : wrap(`tables named in them: ${tables}`, page.width, '    ', '      ')),
  ];
}
