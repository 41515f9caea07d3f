/** The statements: by verdict, table and text; a row opens its proof. */

import { count, grouped, percent, type VerdictKind, verdictKinds } from '../model/index.js';
import { callsOf, head, textOf, wholeWeight } from './data.js';
import { bar, byId, el, figure, whenQuiet } from './dom.js';
import { tableButton } from './graph-list.js';
import { type Column, makeGrid } from './grid.js';
import { weightsByVerdict } from './what-if.js';

const ROWS_EACH = 50;
const MOST_PRINTED = 100;

const { verdict, weight, tables } = head.statements;

export const verdictOf = (row: number): VerdictKind => verdictKinds[verdict[row] as number] as VerdictKind;
export const shareOf = (row: number): number =>
  wholeWeight === 0 ? 0 : (weight[row] as number) / wholeWeight;

export const textColumn: Column = {
  title: 'statement',
  kind: 'wide',
  cell: (row) => el('code', { class: 'one-line' }, textOf(row).text.replace(/\s+/g, ' ').slice(0, 400)),
};

const columns: readonly Column[] = [
  {
    title: head.weight === 'calls' ? 'of calls' : `of ${head.weight}`,
    kind: 'number',
    value: (row) => weight[row],
    cell: (row) =>
      el('span', {}, bar(shareOf(row) / Math.max(shareOf(0), 1e-9)), figure(percent(shareOf(row)))),
  },
  { title: 'calls', kind: 'number', value: callsOf, cell: (row) => count(callsOf(row)) },
  { title: 'verdict', value: (row) => verdict[row], cell: (row) => verdictMark(verdictOf(row)) },
  textColumn,
];

export function verdictMark(kind: VerdictKind): HTMLElement {
  return el(
    'span',
    { class: 'verdict' },
    el('span', { class: `swatch v-${kind}`, 'aria-hidden': 'true' }),
    kind,
  );
}

export interface StatementFilter {
  readonly table: (table: number) => void;
}

export function startStatements(): StatementFilter {
  const search = el('input', {
    type: 'search',
    placeholder: 'Search in statements, ids, sources',
    'aria-label': 'Search in statements',
  });
  const table = el(
    'select',
    { 'aria-label': 'Table' },
    el('option', { value: '' }, 'all tables'),
    ...head.tables.map(({ name }, at) => el('option', { value: at }, name)),
  );
  const chosen = new Set<VerdictKind>();
  const grid = makeGrid({
    label: 'Statements',
    columns,
    rowsEach: ROWS_EACH,
    open: toggleProof,
    empty:
      head.statements.weight.length === 0
        ? 'The export has no statement of a table.'
        : 'No statement fits. Clear a filter to see more.',
  });
  const all = weight.map((_, row) => row);
  const apply = (): void => {
    const wanted = search.value.trim().toLowerCase();
    const only = table.value === '' ? undefined : Number(table.value);
    grid.show(
      all.filter(
        (row) =>
          (chosen.size === 0 || chosen.has(verdictOf(row))) &&
          (only === undefined || tables[row]?.includes(only) === true) &&
          (wanted === '' || holds(row, wanted)),
      ),
    );
  };
  search.addEventListener('input', whenQuiet(apply));
  table.addEventListener('change', apply);
  addEventListener('beforeprint', () => grid.unfold(MOST_PRINTED));
  addEventListener('afterprint', apply);
  byId('statements-view').append(
    el('div', { class: 'filters' }, search, table),
    verdictFilter(chosen, apply),
    grid.element,
  );
  apply();
  return {
    table: (wanted) => {
      table.value = String(wanted);
      search.value = '';
      apply();
      byId('statements').scrollIntoView();
      table.focus({ preventScroll: true });
    },
  };
}

function holds(row: number, wanted: string): boolean {
  const { id, text, source } = textOf(row);
  return text.toLowerCase().includes(wanted) || id.includes(wanted) || source.toLowerCase().includes(wanted);
}

function verdictFilter(chosen: Set<VerdictKind>, apply: () => void): HTMLElement {
  const weights = weightsByVerdict(head.statements);
  const numbers = verdictKinds.map((_, kind) => verdict.filter((one) => one === kind).length);
  return el(
    'div',
    { class: 'chips', role: 'group', 'aria-label': 'Verdicts' },
    ...verdictKinds.flatMap((kind, at) => {
      if (numbers[at] === 0) return [];
      const share = wholeWeight === 0 ? 0 : (weights[at] as number) / wholeWeight;
      const chip = el(
        'button',
        { type: 'button', 'aria-pressed': 'false', title: `${grouped(numbers[at] as number)} statements` },
        verdictMark(kind),
        el('small', {}, percent(share)),
      );
      chip.addEventListener('click', () => {
        if (!chosen.delete(kind)) chosen.add(kind);
        chip.setAttribute('aria-pressed', String(chosen.has(kind)));
        apply();
      });
      return [chip];
    }),
  );
}

function toggleProof(row: number, line: HTMLTableRowElement): void {
  const next = line.nextElementSibling;
  if (next?.classList.contains('proof') === true) {
    next.remove();
    line.setAttribute('aria-expanded', 'false');
    return;
  }
  line.setAttribute('aria-expanded', 'true');
  line.after(el('tr', { class: 'proof' }, el('td', { colspan: columns.length }, proofOf(row))));
}

function proofOf(row: number): HTMLElement {
  const { id, text, because, ms, rows, source, key, pairs, fix, rewritten } = textOf(row);
  const facts: readonly (readonly [string, Node | string | undefined])[] = [
    ['needs', verdictMark(verdictOf(row))],
    [
      'because',
      because.length === 0
        ? undefined
        : el('ol', { class: 'because' }, ...because.map((one) => el('li', {}, one))),
    ],
    ['key', key],
    ['if', pairs],
    ['fix', fix],
    ['instead', rewritten === undefined ? undefined : el('pre', {}, rewritten)],
    ['tables', tablesOf(row)],
    [
      'measured',
      `${grouped(callsOf(row))} calls, ${grouped(rows)} rows, ${ms < 10 ? ms.toFixed(2) : grouped(ms)} ms in all`,
    ],
    ['source', el('code', {}, source)],
    ['id', el('code', {}, id)],
  ];
  return el(
    'div',
    { class: 'proof-body' },
    el('pre', { class: 'sql' }, text),
    el(
      'dl',
      {},
      ...facts.flatMap(([name, said]) =>
        said === undefined ? [] : [el('dt', {}, name), el('dd', {}, said)],
      ),
    ),
  );
}

function tablesOf(row: number): HTMLElement | undefined {
  const named = tables[row] ?? [];
  if (named.length === 0) return undefined;
  return el('span', { class: 'names' }, ...named.map((table) => tableButton(table)));
}
