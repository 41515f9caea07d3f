/** Why tables are where they are: keys to add, global and unsharded tables, and what deserves an eye. */

import type { Placement, TableReport } from '../model/index.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, shortTable, wrap } from './words.js';

const MOST_TABLES = 12;

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
  return [...groups.map((group) => groupSection(page, group, tables)), watchSection(page, tables)];
}

function groupSection(page: Page, group: Group, tables: readonly TableReport[]): Section | undefined {
  const members = tables.filter(({ placement }) => group.holds(placement));
  if (members.length === 0) return undefined;
  return {
    title: group.title,
    lines: firstOf(page, members, MOST_TABLES, (table) =>
      wrap(`${shortTable(table.name)}: ${reasonOf(table, group.code)}`, page.width, '  ', '    '),
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
  const watched = tables.flatMap(({ name, flags }) =>
    flags
      .filter(({ code }) => !notWorthARow.has(code))
      .map(({ code, message }) => `${shortTable(name)} (${code}): ${clean(message)}`),
  );
  if (watched.length === 0) return undefined;
  return {
    title: 'WORTH WATCHING',
    lines: firstOf(page, watched, MOST_TABLES, (text) => wrap(text, page.width, '  ', '    ')),
  };
}
