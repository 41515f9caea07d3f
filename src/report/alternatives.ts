/** What else each table could be, and what that would cost. */

import {
  type AnalysisResult,
  byCodeUnit,
  type Candidate,
  percent,
  type TableReport,
} from '../model/index.js';
import { notShown, type Page, type Section } from './page.js';
import { placementText } from './placement-text.js';
import { isUntouched } from './plan.js';
import { type ColumnOf, renderTable } from './table.js';
import { wrap } from './words.js';

const MOST_ROWS = 15;
const MOST_OF_A_TABLE = 2;
/** A plan may only leave a saving aside for one of these. */
const NOT_TAKEN = '*: cheaper, but it would break a budget or saves less than its charge';

/** What is done with all other tables. */
const AROUND = {
  anew: 'everything else planned anew',
  mixed: 'everything else planned anew; at most that (≤) with everything else as planned',
  kept: 'at most (≤), for everything else is kept as planned',
} as const;

interface Row {
  readonly table: TableReport;
  readonly candidate: Candidate;
}

export function alternativesSection(page: Page, result: AnalysisResult): Section | undefined {
  const touched = result.tables.filter((table) => !isUntouched(table));
  const all = touched
    .flatMap((table) => othersOf(table).slice(0, MOST_OF_A_TABLE))
    .sort((a, b) => a.candidate.flipCost - b.candidate.flipCost || byCodeUnit(a.table.name, b.table.name));
  if (all.length === 0) return undefined;
  const shown = page.verbose ? all : all.slice(0, MOST_ROWS);
  return {
    title: 'ALTERNATIVES, the cheapest first',
    lines: [
      ...renderTable(page, columnsOf(page, result.plan.certificate.cost), shown),
      ...notShown(page, all.length - shown.length),
      ...wrap(
        `single: share of the table’s own statements, as planned and if chosen; cost: what that adds to the cost of the whole plan, ${AROUND[shown.every(isReoptimised) ? 'anew' : shown.some(isReoptimised) ? 'mixed' : 'kept']}`,
        page.width,
        '  ',
      ),
      ...(shown.some(({ candidate }) => candidate.flipCost < 0)
        ? wrap(NOT_TAKEN, page.width, '  ', '     ')
        : []),
      ...tiesOf(page, result, touched),
    ],
  };
}

function othersOf(table: TableReport): readonly Row[] {
  const chosen = placementText(table.placement);
  return (
    table.candidates
      // Leaving a table behind in one database is always possible, and no alternative worth knowing.
      .filter(({ placement }) => placement.placement !== 'unsharded' && placementText(placement) !== chosen)
      .sort(
        (a, b) =>
          a.flipCost - b.flipCost || byCodeUnit(placementText(a.placement), placementText(b.placement)),
      )
      .map((candidate) => ({ table, candidate }))
  );
}

function isReoptimised({ candidate }: Pick<Row, 'candidate'>): boolean {
  return candidate.reoptimised;
}

function columnsOf(page: Page, cost: number): readonly ColumnOf<Row>[] {
  return [
    { title: 'table', text: ({ table }) => page.nameOf(table.name), fit: 'cut' },
    { title: 'is', text: ({ table }) => placementText(table.placement), fit: 'cut' },
    {
      title: 'single',
      text: ({ table }) => (table.singleShardShare === undefined ? '-' : percent(table.singleShardShare)),
      align: 'right',
    },
    { title: 'could be', text: ({ candidate }) => placementText(candidate.placement), fit: 'cut' },
    { title: 'single', text: ({ candidate }) => percent(candidate.shareIfChosen), align: 'right' },
    {
      title: 'cost',
      text: ({ candidate }) =>
        `${isReoptimised({ candidate }) ? '' : '≤ '}${flipText(candidate.flipCost, cost)}`,
      align: 'right',
      paint: (text, { candidate }) => (candidate.flipCost === 0 ? page.paint.green(text) : text),
    },
  ];
}

function flipText(flipCost: number, cost: number): string {
  if (flipCost === 0) return 'none';
  if (flipCost < 0) return `−${percent(cost <= 0 ? 1 : -flipCost / cost)} *`;
  if (cost <= 0) return 'more';
  const times = flipCost / cost;
  return times >= 10
    ? `×${Math.round(1 + times)}`
    : `+${times >= 1 ? `${Math.round(times * 100)} %` : percent(times)}`;
}

function tiesOf(page: Page, { ties }: AnalysisResult, touched: readonly TableReport[]): readonly string[] {
  const names = touched.filter(({ name }) => ties.includes(name)).map(({ name }) => page.nameOf(name));
  if (names.length === 0) return [];
  return wrap(`just as cheap another way: ${names.join(', ')}`, page.width, '  ', '    ');
}
