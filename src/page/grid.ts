/**
 * A table of many rows: sorted by its headers, a page at a time, walked with the arrow keys. Rows are places in the data; only
 * those of the page that is shown are elements.
 */

import { grouped } from '../model/index.js';
import { el } from './dom.js';

export interface Column {
  readonly title: string;
  /** Numbers are sorted from the greatest, texts from the first. */
  readonly value?: (row: number) => number | string | undefined;
  readonly cell: (row: number) => Node | string;
  readonly kind?: 'number' | 'text' | 'wide';
}

export interface GridOptions {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rowsEach: number;
  /** What Enter or a click on a row does. */
  readonly open: (row: number, element: HTMLTableRowElement) => void;
  readonly isChosen?: (row: number) => boolean;
  readonly empty: string;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Shows these rows, from the first page on, in the order that is chosen. */
  readonly show: (rows: readonly number[]) => void;
  readonly refresh: () => void;
  /** Says of each row anew whether it is chosen; the rows stay, and what is focused with them. */
  readonly mark: () => void;
  /** All rows up to so many, for print. */
  readonly unfold: (most: number) => void;
}

interface Sorting {
  readonly column: number;
  readonly ascending: boolean;
}

export function makeGrid(options: GridOptions): Grid {
  let given: readonly number[] = [];
  let rows: readonly number[] = [];
  let from = 0;
  let each = options.rowsEach;
  let sorting: Sorting | undefined;
  const body = el('tbody');
  const status = el('p', { class: 'status', role: 'status' });
  const pager = el('div', { class: 'pager' });
  const headers = options.columns.map((column, at) => headerOf(column, () => sortBy(at)));
  const table = el(
    'table',
    {
      class: 'grid',
      role: 'grid',
      'aria-label': options.label,
      keydown: (event: Event) => walk(event as KeyboardEvent),
    },
    el('thead', {}, el('tr', {}, ...headers)),
    body,
  );

  const render = (): void => {
    const shown = rows.slice(from, from + each);
    body.replaceChildren(...shown.map((row, at) => rowOf(options, row, at === 0)));
    if (shown.length === 0)
      body.append(el('tr', {}, el('td', { colspan: options.columns.length, class: 'empty' }, options.empty)));
    table.setAttribute('aria-rowcount', String(rows.length));
    status.textContent =
      rows.length === 0
        ? ''
        : `${grouped(from + 1)} to ${grouped(from + shown.length)} of ${grouped(rows.length)}`;
    pager.replaceChildren(...pagerButtons());
    for (const [at, header] of headers.entries()) {
      if (sorting?.column === at)
        header.setAttribute('aria-sort', sorting.ascending ? 'ascending' : 'descending');
      else header.removeAttribute('aria-sort');
    }
  };
  const pagerButtons = (): readonly HTMLElement[] => {
    if (rows.length <= each) return [];
    const go = (to: number) => () => {
      from = Math.max(0, to);
      render();
      table.scrollIntoView({ block: 'nearest' });
    };
    return [
      el('button', { type: 'button', disabled: from === 0, click: go(from - each) }, 'Previous'),
      el('button', { type: 'button', disabled: from + each >= rows.length, click: go(from + each) }, 'Next'),
    ];
  };
  const sortBy = (column: number): void => {
    const isNumber = options.columns[column]?.kind === 'number';
    sorting = { column, ascending: sorting?.column === column ? !sorting.ascending : !isNumber };
    show(given);
  };
  const show = (next: readonly number[]): void => {
    given = next;
    rows = sorting === undefined ? next : sorted(next, options.columns[sorting.column], sorting.ascending);
    from = 0;
    render();
  };
  const walk = (event: KeyboardEvent): void => {
    const current = (event.target as HTMLElement).closest('tr');
    if (current === null || current.parentElement !== body || event.target !== current) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      options.open(Number(current.dataset.row), current);
      return;
    }
    const lines = linesOf(body);
    const at = lines.indexOf(current);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    const next = to === undefined ? undefined : lines[to];
    if (next === undefined) return;
    event.preventDefault();
    current.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  return {
    element: el(
      'div',
      {},
      el('div', { class: 'scroll' }, table),
      el('div', { class: 'below' }, status, pager),
    ),
    show,
    refresh: render,
    mark: () => {
      for (const line of linesOf(body))
        line.setAttribute('aria-selected', String(options.isChosen?.(Number(line.dataset.row)) === true));
    },
    unfold: (most) => {
      each = most;
      from = 0;
      render();
      each = options.rowsEach;
    },
  };
}

function linesOf(body: HTMLElement): readonly HTMLTableRowElement[] {
  return [...body.querySelectorAll<HTMLTableRowElement>(':scope > tr[data-row]')];
}

function headerOf({ title, value, kind = 'text' }: Column, sort: () => void): HTMLElement {
  const content = value === undefined ? title : el('button', { type: 'button', click: sort }, title);
  return el('th', { scope: 'col', class: kind }, content);
}

function rowOf({ columns, open, isChosen }: GridOptions, row: number, isFirst: boolean): HTMLTableRowElement {
  const line = el(
    'tr',
    { 'data-row': row, tabindex: isFirst ? 0 : -1, 'aria-selected': String(isChosen?.(row) === true) },
    ...columns.map(({ cell, kind = 'text' }, at) =>
      el(at === 0 ? 'th' : 'td', { class: kind, ...(at === 0 ? { scope: 'row' } : {}) }, cell(row)),
    ),
  );
  line.addEventListener('click', (event) => {
    if ((event.target as HTMLElement).closest('button, a, summary') === null) open(row, line);
  });
  return line;
}

/** Rows without a value come last either way; equals stay in their order. */
function sorted(rows: readonly number[], column: Column | undefined, ascending: boolean): readonly number[] {
  const valueIn = column?.value;
  if (valueIn === undefined) return rows;
  const sign = ascending ? 1 : -1;
  return rows
    .map((row) => ({ row, value: valueIn(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      return a.value === b.value ? 0 : sign * (a.value < b.value ? -1 : 1);
    })
    .map(({ row }) => row);
}
