/** The table of tables: sorted, filtered by name and placement; a row opens the table's card. */

import { bytes, count, percent } from '../model/index.js';
import { chooseTable, chosenTable, onChoice } from './choice.js';
import { head } from './data.js';
import { bar, byId, el, figure, whenQuiet } from './dom.js';
import { swatch } from './graph-list.js';
import { type Column, makeGrid } from './grid.js';
import { colourName } from './palette.js';

const ROWS_EACH = 50;
const MOST_PRINTED = 2000;

type Table = (typeof head.tables)[number];

const of = (row: number): Table => head.tables[row] as Table;

const columns: readonly Column[] = [
  {
    title: 'table',
    value: (row) => of(row).name,
    cell: (row) => el('span', {}, swatch(colourName(row)), of(row).name),
  },
  { title: 'key', value: (row) => of(row).choice, cell: (row) => keyCell(of(row)) },
  {
    title: 'single-shard',
    kind: 'number',
    value: (row) => of(row).singleShardShare,
    cell: (row) => shareCell(of(row)),
  },
  { title: 'calls', kind: 'number', value: (row) => of(row).calls, cell: (row) => count(of(row).calls) },
  {
    title: 'of all',
    kind: 'number',
    value: (row) => of(row).callShare,
    cell: (row) => percent(of(row).callShare),
  },
  {
    title: 'writes',
    kind: 'number',
    value: (row) => of(row).writeShare,
    cell: (row) => percent(of(row).writeShare),
  },
  {
    title: 'rows',
    kind: 'number',
    value: (row) => of(row).rowCount,
    cell: (row) => orDash(of(row).rowCount, count),
  },
  {
    title: 'size',
    kind: 'number',
    value: (row) => of(row).totalBytes,
    cell: (row) => orDash(of(row).totalBytes, bytes),
  },
  {
    title: 'flags',
    cell: (row) =>
      of(row)
        .flags.filter((flag) => flag !== of(row).placement && flag !== 'added-key')
        .join(', '),
  },
];

export function startTables(): void {
  const text = el('input', {
    type: 'search',
    placeholder: 'Filter by name or key',
    'aria-label': 'Filter tables by name or key',
  });
  const placement = el(
    'select',
    { 'aria-label': 'Placement' },
    ...['all placements', 'sharded', 'global', 'unsharded'].map((one) => el('option', {}, one)),
  );
  const grid = makeGrid({
    label: 'Tables',
    columns,
    rowsEach: ROWS_EACH,
    open: (row) => chooseTable(row),
    isChosen: (row) => row === chosenTable(),
    empty: 'No table fits. Clear the filter to see them all.',
  });
  const all = head.tables.map((_, row) => row).sort((a, b) => of(b).calls - of(a).calls || a - b);
  const apply = (): void => {
    const wanted = text.value.trim().toLowerCase();
    grid.show(
      all.filter((row) => {
        const { full, choice, placement: placed } = of(row);
        return (
          (placement.selectedIndex === 0 || placed === placement.value) &&
          (wanted === '' || full.toLowerCase().includes(wanted) || choice.toLowerCase().includes(wanted))
        );
      }),
    );
  };
  text.addEventListener('input', whenQuiet(apply));
  placement.addEventListener('change', apply);
  onChoice(() => grid.mark());
  addEventListener('beforeprint', () => grid.unfold(MOST_PRINTED));
  addEventListener('afterprint', () => grid.refresh());
  byId('tables-view').append(el('div', { class: 'filters' }, text, placement), grid.element);
  apply();
}

function keyCell({ placement, choice }: Table): HTMLElement {
  return el('span', { class: placement === 'sharded' ? 'key' : 'quiet' }, choice);
}

function shareCell({ singleShardShare }: Table): HTMLElement {
  if (singleShardShare === undefined) return el('span', { class: 'quiet' }, '–');
  return el(
    'span',
    {},
    bar(singleShardShare, singleShardShare < 0.5 ? 'is-low' : ''),
    figure(percent(singleShardShare)),
  );
}

function orDash(value: number | undefined, print: (value: number) => string): string {
  return value === undefined ? '–' : print(value);
}
