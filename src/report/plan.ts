/** The plan: a row for each table. */

import { type AnalysisResult, percent, type TableReport } from '../model/index.js';
import { count, plural } from './numbers.js';
import type { Page, Section } from './page.js';
import { type ColumnOf, renderTable } from './table.js';
import { clean, listed, wrap } from './words.js';

/** What the columns for placement and key say already. */
const saidBesides = new Set(['global', 'unsharded', 'added-key']);

const MOST_UNTOUCHED = 12;

export function planSection(page: Page, { plan, tables: all }: AnalysisResult): Section {
  const tables = all.filter((table) => !isUntouched(table));
  const untouched = all.filter(isUntouched).map(({ name }) => page.nameOf(name));
  const common = flagsOfAll(tables);
  const hasAddedKeys = tables.some(({ placement }) => isAdded(placement));
  return {
    title: `PLAN for ${plural(plan.shards, 'shard')}, statements weighed by ${plan.weight}`,
    lines: [
      ...renderTable(page, columnsOf(page, common), tables),
      ...(hasAddedKeys ? ['  + a key column that the table does not have yet'] : []),
      ...(common.size === 0 ? [] : wrap(`every table: ${[...common].join(', ')}`, page.width, '  ')),
      ...(untouched.length === 0 ? [] : wrap(untouchedText(page, untouched), page.width, '  ', '    ')),
    ],
  };
}

/** Nothing speaks for any of its placements: not even a statement that could not be read. */
export function isUntouched({ calls, flags }: TableReport): boolean {
  return calls === 0 && flags.some(({ code }) => code === 'not-in-workload');
}

function untouchedText(page: Page, names: readonly string[]): string {
  const shown = listed(names, page.verbose ? names.length : MOST_UNTOUCHED);
  return `not in the workload, so their placement is your choice: ${shown}`;
}

function columnsOf(page: Page, common: ReadonlySet<string>): readonly ColumnOf<TableReport>[] {
  return [
    { title: 'table', text: ({ name }) => page.nameOf(name), fit: 'cut' },
    {
      title: 'placement',
      text: ({ placement }) => placement.placement,
      paint: (text, { placement }) => (placement.placement === 'sharded' ? text : page.paint.cyan(text)),
    },
    { title: 'key', text: keyText, fit: 'cut' },
    {
      title: 'single',
      text: ({ singleShardShare }) => (singleShardShare === undefined ? '-' : percent(singleShardShare)),
      align: 'right',
      paint: (text, { singleShardShare }) => paintShare(page, text, singleShardShare),
    },
    { title: 'calls', text: ({ calls }) => count(calls), align: 'right' },
    {
      title: 'flags',
      text: (table) => flagsText(table, common),
      fit: 'wrap',
      paint: (text) => page.paint.yellow(text),
    },
  ];
}

function paintShare({ paint }: Page, text: string, share: number | undefined): string {
  if (share === undefined) return text;
  if (share >= 0.95) return paint.green(text);
  return share >= 0.5 ? paint.yellow(text) : paint.red(text);
}

function keyText({ placement }: TableReport): string {
  if (placement.placement !== 'sharded') return '';
  return `${isAdded(placement) ? '+' : ''}${clean(placement.key)}`;
}

function isAdded(placement: TableReport['placement']): boolean {
  return placement.placement === 'sharded' && placement.addKey !== undefined;
}

function flagsText({ flags }: TableReport, common: ReadonlySet<string>): string {
  const codes = new Set(flags.map(({ code }) => code));
  return [...codes].filter((code) => !saidBesides.has(code) && !common.has(code)).join(', ');
}

/** What holds for all tables is said once. */
function flagsOfAll(tables: readonly TableReport[]): ReadonlySet<string> {
  const [first, ...others] = tables.map(({ flags }) => new Set(flags.map(({ code }) => code)));
  if (first === undefined || others.length === 0) return new Set();
  return new Set(
    [...first].filter((code) => !saidBesides.has(code) && others.every((codes) => codes.has(code))),
  );
}
