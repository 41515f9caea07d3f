/** Whether the schema that a deployment is made with is there, and is that of the plan. */

import { byCodeUnit, type DeployFinding, type Engine, type TableName } from '../model/index.js';
import type { DeployInput } from './input.js';

const MOST_NAMES = 5;

export function schemaMissing(engine: Engine, { catalog }: DeployInput): readonly DeployFinding[] {
  if (catalog.origin === 'schema') return [];
  return [
    {
      level: engine === 'postgres' ? 'error' : 'warning',
      code: 'no-schema',
      tables: [],
      message:
        engine === 'postgres'
          ? 'The tables of the shards are made from the schema, and none was given.'
          : 'No schema was given: nothing is done or said about unique keys, references, triggers and identifiers.',
      fix: 'Give --schema schema.sql, as pg_dump --schema-only writes it.',
    },
  ];
}

/** The plan of another database, or of this one some time ago. */
export function anotherSchema({ catalog, placements }: DeployInput): readonly DeployFinding[] {
  if (catalog.origin !== 'schema') return [];
  const gone = [...placements.keys()].filter((name) => !catalog.tables.has(name)).sort(byCodeUnit);
  const fresh = [...catalog.tables.values()]
    .filter(({ name, parent }) => parent === undefined && !placements.has(name))
    .map(({ name }) => name)
    .sort(byCodeUnit);
  const found: DeployFinding[] = [];
  if (gone.length > 0)
    found.push({
      level: 'error',
      code: 'table-not-in-schema',
      tables: gone,
      message: `The schema does not have what the plan places: ${someOf(gone)}.`,
      fix: 'Was the plan made of this database? Give its schema, or make the plan anew.',
    });
  if (fresh.length > 0)
    found.push({
      level: 'warning',
      code: 'table-not-in-plan',
      tables: fresh,
      message: `The plan does not place ${someOf(fresh)}: nothing is done with it.`,
      fix: 'Make the plan anew, so that every table has its place.',
    });
  return found;
}

function someOf(names: readonly TableName[]): string {
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return `${names.slice(0, MOST_NAMES).join(', ')}${more}`;
}
