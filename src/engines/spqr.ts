/**
 * SPQR: statements for its console, after yacc/console/gram.y. Its hash is not PostgreSQL's: keys are spread by ranges of MurmurHash3,
 * 32 bits, so SPQR owns placement. Key ranges are made from the highest down: a new one may not cut into one that is there.
 */

import type { DeployFile } from '../model/index.js';
import { addedKeySteps } from './changes/added-keys.js';
import { shardSteps } from './changes/shards.js';
import { type DeployInput, groupsOf, shardedTables, tablesPlaced } from './input.js';
import { scriptOf } from './script-of.js';
import { quoted, remark, splitName } from './sql-text.js';

export function spqrFiles(input: DeployInput): readonly DeployFile[] {
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
        shardSteps(input, shard, { globals: true, numbers: true, guarded: false }),
      ),
    })),
    { name: 'console.sql', purpose: "what SPQR's console is told", text: consoleSql(input) },
    {
      name: 'router-settings.yaml',
      purpose: 'settings to put into router.yaml: without them SPQR gives wrong answers',
      text: settings,
    },
  ];
}

/** Without the first, statements that need all shards get parts put together without a merge; without the second, `>` routes like `=`. */
const settings = `${[
  '# Into router.yaml. BLOCK refuses what SPQR cannot send to one shard, instead of putting parts together without a merge;',
  '# strict_operators takes a key only from "=": otherwise a comparison such as user_id > 7 goes to the shard of 7.',
  'query_routing:',
  '  default_route_behaviour: BLOCK',
  '  strict_operators: true',
].join('\n')}\n`;

function consoleSql(input: DeployInput): string {
  const groups = [...groupsOf(shardedTables(input))].filter(
    ([, tables]) => columnType(tables[0]?.keyType ?? '') !== undefined,
  );
  return `${[
    remark('For the console of SPQR: psql "host=… port=7432 dbname=spqr-console". Run it once.'),
    ...input.servers.map(
      ({ host, port }, at) =>
        `CREATE SHARD ${shardName(at)} OPTIONS (HOST '${`${host}:${port}`.replaceAll("'", '')}');`,
    ),
    ...groups.flatMap(([group, tables], at) => [
      '',
      remark(group),
      `CREATE DISTRIBUTION ds${at + 1} COLUMN TYPES ${columnType(tables[0]?.keyType ?? '')} hash;`,
      ...tables.map(
        ({ name, placement }) =>
          `ALTER DISTRIBUTION ds${at + 1} ATTACH RELATION ${relationName(name)} DISTRIBUTION KEY ${quoted(placement.key)} HASH FUNCTION MURMUR;`,
      ),
      ...keyRanges(input.shards).map(
        ({ shard, from }) =>
          `CREATE KEY RANGE ds${at + 1}_kr${shard} FROM ${from} ROUTE TO ${shardName(shard)} FOR DISTRIBUTION ds${at + 1};`,
      ),
    ]),
    '',
    ...tablesPlaced(input, 'global').map((name) => `CREATE REFERENCE TABLE ${relationName(name)};`),
  ].join('\n')}\n`;
}

function shardName(at: number): string {
  return `sh${at}`;
}

/** `public` is where SPQR looks for a bare name. */
function relationName(table: string): string {
  const { schema, name } = splitName(table);
  return schema === 'public' ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
}

function keyRanges(shards: number): readonly { readonly shard: number; readonly from: number }[] {
  const hashes = 2 ** 32;
  return Array.from({ length: shards }, (_, at) => ({
    shard: at,
    from: Math.floor((hashes / shards) * at),
  })).reverse();
}

function columnType(keyType: string): 'integer' | 'uuid' | 'varchar' | undefined {
  if (/^(?:smallint|integer|bigint)$/.test(keyType)) return 'integer';
  if (keyType === 'uuid') return 'uuid';
  return /^(?:text|character varying)/.test(keyType) ? 'varchar' : undefined;
}
