/** Plain PostgreSQL as files: what each server is told, in order. */

import type { DeployFile, DeployStep } from '../../model/index.js';
import type { DeployInput } from '../input.js';
import { scriptOf } from '../script-of.js';
import { coordinatorChanges, coordinatorSteps, shardChanges } from './steps.js';

/** Shards first: the coordinator's partitions are their tables. `schema` is loaded on shards that do not have it. */
export function postgresSteps(
  input: DeployInput,
  schema: string | undefined,
  passwords: readonly (string | undefined)[],
): readonly DeployStep[] {
  return [
    ...coordinatorChanges(input),
    ...input.servers.flatMap((_, shard) => [
      ...(schema === undefined ? [] : [schemaStep(input, schema, shard)]),
      ...shardChanges(input, shard),
    ]),
    ...coordinatorSteps(input, passwords),
  ];
}

function schemaStep({ placements }: DeployInput, schema: string, shard: number): DeployStep {
  const tables = [...placements].flatMap(([name, { placement }]) => (placement === 'sharded' ? [name] : []));
  const quotedNames = tables.map((name) => {
    const dot = name.indexOf('.');
    const path = [name.slice(0, dot), name.slice(dot + 1)]
      .map((part) => `"${part.replaceAll('"', '""')}"`)
      .join('.');
    return `'${path.replaceAll("'", "''")}'`;
  });
  return {
    id: `shard-${shard}:schema`,
    on: shard,
    title: 'the schema as it is',
    sql: schema,
    shown: '-- the schema of --schema, as it is',
    done: `SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest(ARRAY[${quotedNames.join(', ')}]::text[]) AS name`,
  };
}

export function postgresFiles(input: DeployInput): readonly DeployFile[] {
  return [
    {
      name: '01-changes.sql',
      purpose: 'key columns that the plan adds, on the coordinator',
      text: scriptOf(
        ['Key columns that the plan adds. Run it with psql on the coordinator: the database as it is.'],
        coordinatorChanges(input),
      ),
    },
    ...input.servers.map((_, shard) => ({
      name: `02-shard-${shard}.sql`,
      purpose: `changes on shard ${shard} after the schema was loaded there`,
      text: scriptOf(
        [`Shard ${shard}: run it after "pg_dump --schema-only" of the database was loaded there.`],
        shardChanges(input, shard),
      ),
    })),
    {
      name: '03-coordinator.sql',
      purpose: 'foreign servers, parents and partitions, rows, and the parents in the place of the tables',
      text: scriptOf(
        [
          'On the coordinator, with psql. Fill in the passwords first. Steps "on shard N" are for that shard.',
          'It can be run again after it was ended in the middle; "shardwright route deploy --apply" does the same and asks the servers first.',
          'Nothing is dropped: the tables are kept in the schema shardwright_before. What they refer to cannot be deleted while they are there.',
        ],
        coordinatorSteps(input).map((step) => (step.on === 'coordinator' ? step : commentedOut(step))),
      ),
    },
  ];
}

function commentedOut(step: DeployStep): DeployStep {
  return { ...step, sql: step.sql.replaceAll(/^/gm, `-- on shard ${step.on}: `) };
}
