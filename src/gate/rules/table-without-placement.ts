/** A table of the schema, or one that statements name, has no place in the plan: nobody knows where its rows go. */

import { resolveParent } from '../../catalog/index.js';
import { byCodeUnit, type TableName } from '../../model/index.js';
import type { GateContext } from '../context.js';
import type { Draft, Rule } from '../rule.js';

export const tableWithoutPlacement: Rule = {
  id: 'table-without-placement',
  summary: 'A table has no placement in the plan.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) => tablesWithoutPlacement(context).map((table) => draftOf(context, table)),
};

/** In name order. Partitions lie where their parents lie. */
export function tablesWithoutPlacement({ plan, catalog, shapes }: GateContext): readonly TableName[] {
  const declared =
    catalog.origin === 'schema' ? [...catalog.tables.keys()].map((name) => resolveParent(catalog, name)) : [];
  const named = shapes.flatMap(({ face }) => face.verdict.tables);
  return [...new Set([...declared, ...named])].filter((table) => !plan.tables.has(table)).sort(byCodeUnit);
}

function draftOf({ shapes, shareOf, placeOf, isMeasured }: GateContext, table: TableName): Draft {
  const touching = shapes.filter(({ face }) => face.verdict.tables.includes(table));
  const weight = touching.reduce((sum, shape) => sum + shape.weight, 0);
  const [heaviest] = touching;
  const used =
    heaviest === undefined
      ? 'No statement touches it yet.'
      : `${touching.length === 1 ? '1 statement touches' : `${touching.length} statements touch`} it, and nobody can tell which shards they need.`;
  return {
    tables: [table],
    subject: table,
    location: placeOf(table),
    ...(heaviest === undefined ? {} : { statement: heaviest.face }),
    ...(heaviest === undefined || !isMeasured ? {} : { share: shareOf(weight) }),
    message: `${table} has no placement in the plan. ${used}`,
    fix: 'Make the plan again with "shardwright analyze <export> --out DIR", with this schema; or add the table to the plan as sharded, global or unsharded.',
  };
}
