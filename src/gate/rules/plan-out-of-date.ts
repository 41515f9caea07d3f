/**
 * The plan names a table or key column that the schema no longer has. Where the plan adds a key column and the schema has it
 * by now, that is good news: a note.
 */

import { columnOf } from '../../catalog/index.js';
import { byCodeUnit, type TableName } from '../../model/index.js';
import type { GateContext } from '../context.js';
import type { Draft, Rule } from '../rule.js';
import { type Stale, staleTables } from '../stale.js';

export const planOutOfDate: Rule = {
  id: 'plan-out-of-date',
  summary: 'The plan and the schema disagree about a table or its key column.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: (context) => [
    ...staleTables(context).flatMap((stale) => draftOf(context, stale) ?? []),
    ...columnsThatCame(context),
  ],
};

const makeItAgain =
  'Make the plan again with "shardwright analyze <export> --out DIR" and commit it with this change';

function draftOf(context: GateContext, stale: Stale): Draft | undefined {
  const { plan, placeOf } = context;
  const { table } = stale;
  const at = { tables: [table], subject: `${stale.kind} ${table}`, location: placeOf(table) };
  switch (stale.kind) {
    case 'table-gone':
      return {
        ...at,
        location: { file: plan.file, line: 1 },
        ...tableGone(context, table),
        fix: `${makeItAgain}; if the table was renamed, rename it in the plan.`,
      };
    case 'key-gone':
      return {
        ...at,
        message: `${table} is sharded by ${stale.key}, and the schema has no such column.`,
        fix: `Keep ${stale.key}. ${makeItAgain} if another column takes its place.`,
      };
    case 'path-gone':
      return {
        ...at,
        message: `${table} is to get its key ${stale.key} along ${stale.column}, and the schema has no such column.`,
        fix: `Keep ${stale.column}, or add ${stale.key} first. ${makeItAgain}.`,
      };
    case 'other-type':
      // key-type-mismatch speaks of it.
      return undefined;
  }
}

/** With the table went its keys and columns, by which its statements are judged: what they need is not known any more. */
function tableGone(
  { shapes }: GateContext,
  table: TableName,
): Pick<Draft, 'level' | 'message' | 'statement'> {
  const message = `The plan places ${table}, and the schema has no such table.`;
  const touching = shapes.filter(({ face }) => face.verdict.tables.includes(table));
  const [heaviest] = touching;
  if (heaviest === undefined) return { level: 'warning', message };
  const still = touching.length === 1 ? '1 statement still uses' : `${touching.length} statements still use`;
  return { message: `${message} ${still} it.`, statement: heaviest.face };
}

function columnsThatCame({ plan, catalog, placeOf }: GateContext): readonly Draft[] {
  if (catalog.origin !== 'schema') return [];
  return [...plan.tables]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([table, placement]): readonly Draft[] => {
      const known = catalog.tables.get(table);
      if (placement.placement !== 'sharded' || placement.addKey === undefined || known === undefined)
        return [];
      if (columnOf(known, placement.key) === undefined) return [];
      return [
        {
          tables: [table],
          subject: `key-there ${table}`,
          location: placeOf(table),
          level: 'note',
          message: `${table} has the column ${placement.key} now, and the plan still says that it is to be added.`,
          fix: `${makeItAgain}: statements that pass ${placement.key} then count as single-shard.`,
        },
      ];
    });
}
