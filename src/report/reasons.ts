/** Why tables are where they are: keys to add, global and unsharded tables, and what deserves an eye. */

import type { Placement, TableReport } from '../model/index.js';
import { firstOf, type Page, type Section } from './page.js';
import { isUntouched } from './plan.js';
import { clean, listed, wrap } from './words.js';

const MOST_TABLES = 12;
const MOST_OF_ONE_KIND = 6;

interface Group {
  readonly title: string;
  readonly holds: (placement: Placement) => boolean;
  readonly code: string;
}

const groups: readonly Group[] = [
  {
    title: 'KEY COLUMNS TO ADD',
    holds: (placement) => placement.placement === 'sharded' && placement.addKey !== undefined,
    code: 'added-key',
  },
  { title: 'GLOBAL TABLES', holds: ({ placement }) => placement === 'global', code: 'global' },
  { title: 'UNSHARDED TABLES', holds: ({ placement }) => placement === 'unsharded', code: 'unsharded' },
];

/** Said once for the whole analysis. */
const notWorthARow = new Set(['no-statistics', 'not-in-workload', ...groups.map(({ code }) => code)]);

export function reasonSections(page: Page, tables: readonly TableReport[]): readonly (Section | undefined)[] {
  const touched = tables.filter((table) => !isUntouched(table));
  return [...groups.map((group) => groupSection(page, group, touched)), watchSection(page, touched)];
}

function groupSection(page: Page, group: Group, tables: readonly TableReport[]): Section | undefined {
  const members = tables.filter(({ placement }) => group.holds(placement));
  if (members.length === 0) return undefined;
  return {
    title: group.title,
    lines: firstOf(page, members, MOST_TABLES, (table) =>
      wrap(`${page.nameOf(table.name)}: ${reasonOf(table, group.code)}`, page.width, '  ', '    '),
    ),
  };
}

function reasonOf(table: TableReport, code: string): string {
  const said = table.flags.filter((flag) => flag.code === code).map(({ message }) => clean(message));
  const { placement } = table;
  if (said.length > 0) return said.join('; ');
  if (placement.placement !== 'sharded') return 'the cheapest placement under these costs';
  return `${clean(placement.key)} along ${(placement.addKey?.path ?? []).map(clean).join(', ')}`;
}

function watchSection(page: Page, tables: readonly TableReport[]): Section | undefined {
  const flags = tables.flatMap((table) =>
    table.flags
      .filter(({ code }) => !notWorthARow.has(code))
      .map(({ code, message }): Watched => ({ table, code, message })),
  );
  const lines = [
    ...flags.filter(({ code }) => code !== 'assumption').map((flag) => watchedInWords(page, flag)),
    ...assumptionsInWords(page, flags),
  ];
  if (lines.length === 0) return undefined;
  return {
    title: 'WORTH WATCHING',
    lines: firstOf(page, lines, MOST_TABLES, (text) => wrap(text, page.width, '  ', '    ')),
  };
}

interface Watched {
  readonly table: TableReport;
  readonly code: string;
  readonly message: string;
}

function watchedInWords(page: Page, { table, code, message }: Watched): string {
  return `${page.nameOf(table.name)} (${code}): ${clean(message)}`;
}

/** What was assumed of several keys is said once, with all of them. */
function assumptionsInWords(page: Page, flags: readonly Watched[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { table, code, message } of flags) {
    if (code !== 'assumption') continue;
    const { about, what } = splitAssumption(table, message);
    const place = `${page.nameOf(table.name)}${about === undefined ? '' : `.${clean(about)}`}`;
    places.set(what, [...(places.get(what) ?? []), place]);
  }
  return [...places].map(([what, all]) => {
    const shown = listed(all, page.verbose ? all.length : MOST_OF_ONE_KIND);
    return `${shown} (assumption): ${clean(what)}`;
  });
}

/** `user_id: its number of distinct values …`: what is assumed of the key begins with its name. */
function splitAssumption(
  { placement }: TableReport,
  message: string,
): { readonly about?: string; readonly what: string } {
  const about = placement.placement === 'sharded' ? placement.key : placement.placement;
  if (!message.startsWith(`${about}: `)) return { what: message };
  const what = message.slice(about.length + 2);
  return placement.placement === 'sharded' ? { about, what } : { what };
}
