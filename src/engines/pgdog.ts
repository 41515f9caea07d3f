/**
 * PgDog: pgdog.toml and users.toml, after its configuration structs (pgdog-config/src: unknown keys are refused there).
 *
 * A table's `schema` is left out on purpose. With it PgDog no longer takes a table that a statement names without its schema for
 * sharded (`is_sharded`), and sends reads of it to any one shard.
 */

import { stringify } from 'smol-toml';
import type { DeployFile } from '../model/index.js';
import { addedKeySteps } from './changes/added-keys.js';
import { shardSteps } from './changes/shards.js';
import { type DeployInput, type ServerAddress, shardedTables, tablesPlaced } from './input.js';
import { scriptOf } from './script-of.js';
import { bareName } from './sql-text.js';

const PASSWORD = 'REPLACE-WITH-THE-PASSWORD';

export function pgdogFiles(input: DeployInput): readonly DeployFile[] {
  return [
    {
      name: '01-changes.sql',
      purpose: 'key columns that the plan adds, on the database as it is, before its rows are copied',
      text: scriptOf(
        ['Key columns that the plan adds. Run it with psql on the database as it is.'],
        addedKeySteps(input),
      ),
    },
    ...input.servers.map((_, shard) => ({
      name: `02-shard-${shard}.sql`,
      purpose: `changes on shard ${shard} after the schema was loaded there`,
      text: scriptOf(
        [`Shard ${shard}: run it after "pg_dump --schema-only" of the database was loaded there.`],
        shardSteps(input, shard, { globals: true, numbers: true, guarded: true }),
      ),
    })),
    { name: 'pgdog.toml', purpose: 'servers, sharded tables and copies', text: pgdogToml(input) },
    {
      name: 'users.toml',
      purpose: 'who connects; the passwords are yours to fill in',
      text: usersToml(input),
    },
  ];
}

/** The unsharded tables have a database of their own: PgDog takes every table that is not listed for one that all shards have. */
function databaseNames({ coordinator }: Pick<DeployInput, 'coordinator'>) {
  return { sharded: coordinator.database, unsharded: `${coordinator.database}_unsharded` };
}

function pgdogToml(input: DeployInput): string {
  const names = databaseNames(input);
  const globals = [...new Set(tablesPlaced(input, 'global').map(bareName))];
  const config = {
    general: { host: '0.0.0.0', port: 6432, query_parser: 'on', two_phase_commit: true },
    rewrite: { enabled: true, split_inserts: 'rewrite', shard_key: 'error' },
    databases: [
      ...input.servers.map((server, shard) => ({ ...database(names.sharded, server), shard })),
      database(names.unsharded, input.coordinator),
    ],
    sharded_tables: uniqueTables(input).map(({ name, placement, keyType }) => ({
      database: names.sharded,
      name: bareName(name),
      column: placement.key,
      data_type: dataType(keyType) as string,
    })),
    ...(globals.length === 0 ? {} : { omnisharded_tables: [{ database: names.sharded, tables: globals }] }),
  };
  return [
    '# Made from the shard plan. A read that PgDog cannot send to one shard goes to all of them; statements.md says of each',
    '# statement of the workload what becomes of it. two_phase_commit needs max_prepared_transactions on every shard.',
    '# Every sharded table is listed by its bare name; those that all shards have are under omnisharded_tables.',
    '',
    stringify(config),
    '',
  ].join('\n');
}

function database(name: string, { host, port, database }: ServerAddress) {
  return { name, host, port, database_name: database, role: 'primary' };
}

/** Of tables with one bare name one entry is enough: they are placed alike, or findings say otherwise. */
function uniqueTables(input: DeployInput) {
  const seen = new Set<string>();
  return shardedTables(input).filter(({ name, keyType }) => {
    if (seen.has(bareName(name)) || dataType(keyType) === undefined) return false;
    seen.add(bareName(name));
    return true;
  });
}

function dataType(keyType: string): 'bigint' | 'uuid' | 'varchar' | undefined {
  if (/^(?:smallint|integer|bigint)$/.test(keyType)) return 'bigint';
  if (keyType === 'uuid') return 'uuid';
  return /^(?:text|character varying)/.test(keyType) ? 'varchar' : undefined;
}

function usersToml(input: DeployInput): string {
  const names = databaseNames(input);
  const users = [names.sharded, names.unsharded].map((name) => ({
    name: input.coordinator.user,
    database: name,
    password: PASSWORD,
  }));
  return ['# Fill in the password, and keep the file to yourself.', '', stringify({ users }), ''].join('\n');
}
