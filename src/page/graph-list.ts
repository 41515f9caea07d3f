/** What the graph shows, to read and to walk through: its colours explained, and its tables with their neighbours. */

import { byCodeUnit, count, grouped } from '../model/index.js';
import { chooseTable } from './choice.js';
import { head } from './data.js';
import { byId, el } from './dom.js';
import { COLOURED_GROUPS, colourName } from './palette.js';

const MOST_NEIGHBOURS = 6;

export interface Neighbour {
  readonly table: number;
  readonly calls: number;
  readonly joins: readonly string[];
}

/** The tables that share statements with one, the strongest first. */
export function neighboursOf(table: number): readonly Neighbour[] {
  const { from, to, calls, joins } = head.graph;
  const found = calls.flatMap((one, at): readonly Neighbour[] => {
    if (from[at] !== table && to[at] !== table) return [];
    const other = (from[at] === table ? to[at] : from[at]) as number;
    return [{ table: other, calls: one, joins: joins[at] ?? [] }];
  });
  return found.sort((a, b) => b.calls - a.calls || byCodeUnit(nameOf(a.table), nameOf(b.table)));
}

export function tableButton(table: number): HTMLElement {
  return el('button', { type: 'button', class: 'link', click: () => chooseTable(table) }, nameOf(table));
}

export function nameOf(table: number): string {
  return head.tables[table]?.name ?? '';
}

export function swatch(variable: string): HTMLElement {
  const dot = el('span', { class: 'dot', 'aria-hidden': 'true' });
  dot.style.background = `var(${variable})`;
  return dot;
}

export function startGraphList(): void {
  byId('graph-legend').replaceChildren(legend());
  const list = byId('graph-list') as HTMLDetailsElement;
  list.addEventListener('toggle', () => {
    if (list.open && list.querySelector('ul') === null) list.append(communities());
  });
}

function legend(): HTMLElement {
  const used = new Map<string, { readonly label: string; tables: number }>();
  for (const [at, { placement, group }] of head.tables.entries()) {
    const name = colourName(at);
    const others = head.groups.length - COLOURED_GROUPS;
    const label =
      placement !== 'sharded'
        ? placement
        : group !== undefined && group < COLOURED_GROUPS
          ? `by ${head.groups[group]}`
          : `${grouped(others)} more ${others === 1 ? 'group' : 'groups'}`;
    const known = used.get(name) ?? { label, tables: 0 };
    known.tables += 1;
    used.set(name, known);
  }
  const order = [...used].sort(([a], [b]) => byCodeUnit(rank(a), rank(b)));
  return el(
    'ul',
    { class: 'legend' },
    ...order.map(([name, { label, tables }]) =>
      el('li', {}, swatch(name), label, ' ', el('small', {}, grouped(tables))),
    ),
  );
}

function rank(name: string): string {
  return name.startsWith('--group') ? `0${name}` : `1${name}`;
}

function communities(): HTMLElement {
  const { nodes, community } = head.graph;
  const members = new Map<number, number[]>();
  for (const [at, table] of nodes.entries()) {
    const number = community[at] as number;
    members.set(number, [...(members.get(number) ?? []), table]);
  }
  const callsOf = (tables: readonly number[]): number =>
    tables.reduce((sum, table) => sum + (head.tables[table]?.calls ?? 0), 0);
  const sorted = [...members.values()].sort(
    (a, b) => callsOf(b) - callsOf(a) || (a[0] as number) - (b[0] as number),
  );
  return el(
    'ul',
    { class: 'communities' },
    ...sorted.map((tables) =>
      el(
        'li',
        {},
        el('h3', {}, communityTitle(tables), el('small', {}, `${tables.length}`)),
        el('ul', {}, ...[...tables].sort(byCalls).map(tableItem)),
      ),
    ),
  );
}

function communityTitle(tables: readonly number[]): string {
  return `${nameOf(busiest(tables))}${tables.length === 1 ? ', by itself ' : ' and what goes with it '}`;
}

function busiest(tables: readonly number[]): number {
  return [...tables].sort(byCalls)[0] as number;
}

function byCalls(a: number, b: number): number {
  return (head.tables[b]?.calls ?? 0) - (head.tables[a]?.calls ?? 0) || a - b;
}

function tableItem(table: number): HTMLElement {
  const neighbours = neighboursOf(table);
  const shown = neighbours
    .slice(0, MOST_NEIGHBOURS)
    .map((one) => `${nameOf(one.table)} (${count(one.calls)})`);
  const left = neighbours.length - shown.length;
  const { choice = '', calls = 0 } = head.tables[table] ?? {};
  const said =
    shown.length === 0 ? 'alone' : `with ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return el(
    'li',
    {},
    swatch(colourName(table)),
    tableButton(table),
    ` ${choice}, ${count(calls)} calls, ${said}`,
  );
}
