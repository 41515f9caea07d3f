/** Partitions, foreign servers and the shards' tables held against the plan. */

import type { DeployedTable, Deployment, Drift } from '../model/index.js';
import type { Servers } from './servers.js';
import { stepsUndone } from './steps-undone.js';

type Row = Readonly<Record<string, string | null>>;

export async function postgresDrift(servers: Servers, deployment: Deployment): Promise<readonly Drift[]> {
  const { tables, shards } = deployment;
  const ask = (what: string, sql: string): Promise<readonly Row[]> => servers.ask('coordinator', what, sql);
  const parents = new Map(
    (await ask('reading partitioned tables', parentsQuery)).map((row) => [row.name ?? '', row]),
  );
  const parts = await ask('reading partitions', partsQuery);
  const columns = new Map(
    (await ask('reading columns', columnsQuery)).map((row) => [row.name ?? '', row.columns ?? '']),
  );
  const sharded = tables.filter(({ placement }) => placement === 'sharded');
  const onShards: Drift[] = [];
  const keys = keysByTable(await ask('reading unique keys', keysQuery));
  for (let shard = 0; shard < shards; shard++) {
    const there = new Map(
      (await servers.ask(shard, 'reading columns', columnsQuery)).map((row) => [
        row.name ?? '',
        row.columns ?? '',
      ]),
    );
    onShards.push(
      ...sharded.flatMap(({ name }) => shardDrift(name, shard, columns.get(name), there.get(name))),
      ...keyDrift(
        sharded,
        shard,
        keys,
        keysByTable(await servers.ask(shard, 'reading unique keys', keysQuery)),
      ),
      ...strangers(sharded, [...there.keys()], ` on shard ${shard}`),
    );
  }
  return [
    ...serverDrift(deployment, await ask('reading foreign servers', serversQuery)),
    ...tables.flatMap((table) => parentDrift(table, parents.get(table.name))),
    ...sharded
      .filter(({ name }) => parents.has(name))
      .flatMap(({ name }) =>
        partDrift(
          name,
          shards,
          parts.filter((part) => part.parent === name),
        ),
      ),
    ...onShards,
    ...(await stepsUndone(servers, deployment, ['guard'])),
    ...strangers(tables, [...columns.keys()], ''),
  ];
}

const parentsQuery = `SELECT n.nspname || '.' || c.relname AS name, p.partstrat,
    (SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (p.partattrs)) AS key
  FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE EXISTS (SELECT FROM pg_inherits JOIN pg_foreign_table ON ftrelid = inhrelid WHERE inhparent = c.oid) ORDER BY 1`;

const partsQuery = `SELECT pn.nspname || '.' || p.relname AS parent, s.srvname AS server, pg_get_expr(c.relpartbound, c.oid) AS bound,
    (SELECT option_value FROM pg_options_to_table(f.ftoptions) WHERE option_name = 'schema_name') || '.' ||
    (SELECT option_value FROM pg_options_to_table(f.ftoptions) WHERE option_name = 'table_name') AS remote
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_foreign_server s ON s.oid = f.ftserver
  JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace ORDER BY 1, 2`;

const serversQuery = `SELECT srvname AS name, (SELECT option_value FROM pg_options_to_table(srvoptions) WHERE option_name = 'host') AS host,
    (SELECT option_value FROM pg_options_to_table(srvoptions) WHERE option_name = 'port') AS port,
    (SELECT option_value FROM pg_options_to_table(srvoptions) WHERE option_name = 'dbname') AS database
  FROM pg_foreign_server WHERE srvname LIKE 'shardwright\\_shard\\_%' ORDER BY 1`;

const columnsQuery = `SELECT n.nspname || '.' || c.relname AS name, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attname) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema') GROUP BY 1`;

/** Of the tables as they were, which are kept, and of those on shards; by the name that both have. */
const keysQuery = `SELECT CASE n.nspname WHEN 'shardwright_before' THEN CASE WHEN c.relname LIKE '%.%' THEN c.relname ELSE 'public.' || c.relname END ELSE n.nspname || '.' || c.relname END AS name,
    i.relname || regexp_replace(pg_get_indexdef(x.indexrelid), '^.* USING', '') AS key
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE x.indisunique AND x.indisvalid AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2`;

function keysByTable(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, key } of rows) found.set(name ?? '', [...(found.get(name ?? '') ?? []), key ?? '']);
  return found;
}

function keyDrift(
  sharded: readonly DeployedTable[],
  shard: number,
  before: ReadonlyMap<string, readonly string[]>,
  there: ReadonlyMap<string, readonly string[]>,
): readonly Drift[] {
  return sharded.flatMap(({ name }) =>
    (before.get(name) ?? [])
      .filter((key) => there.get(name)?.includes(key) !== true)
      .map((key) => ({
        code: 'unique',
        subject: `${name} on shard ${shard}`,
        expected: `the unique key ${key}`,
        found: 'none',
      })),
  );
}

/** Tables that the plan does not have there. */
function strangers(
  tables: readonly DeployedTable[],
  found: readonly string[],
  where: string,
): readonly Drift[] {
  return found
    .filter((name) => !name.startsWith('shardwright') && !tables.some((table) => table.name === name))
    .map((name) => ({
      code: 'not-in-plan',
      subject: `${name}${where}`,
      expected: 'no such table',
      found: 'a table',
    }));
}

function serverDrift({ servers }: Deployment, rows: readonly Row[]): readonly Drift[] {
  const found = new Map(rows.map((row) => [row.name, `${row.host}:${row.port}/${row.database}`]));
  return servers.flatMap(({ host, port, database }, shard): readonly Drift[] => {
    const name = `shardwright_shard_${shard}`;
    const expected = `${host}:${port}/${database}`;
    const there = found.get(name) ?? 'none';
    return there === expected ? [] : [{ code: 'server', subject: name, expected, found: there }];
  });
}

function parentDrift({ name, placement, key }: DeployedTable, found: Row | undefined): readonly Drift[] {
  const expected = placement === 'sharded' ? `partitioned by hash of ${key}` : 'on the coordinator';
  const there =
    found === undefined
      ? 'on the coordinator'
      : `partitioned by ${found.partstrat === 'h' ? 'hash' : 'another strategy'} of ${found.key}`;
  return expected === there ? [] : [{ code: 'placement', subject: name, expected, found: there }];
}

function partDrift(name: string, shards: number, parts: readonly Row[]): readonly Drift[] {
  const expected = Array.from(
    { length: shards },
    (_, shard) => `modulus ${shards}, remainder ${shard} on shardwright_shard_${shard} as ${name}`,
  );
  const found = parts.map(
    ({ bound, server, remote }) =>
      `${/modulus \d+, remainder \d+/i.exec(bound ?? '')?.[0].toLowerCase() ?? bound} on ${server} as ${remote}`,
  );
  return [
    ...expected
      .filter((one) => !found.includes(one))
      .map((one): Drift => ({ code: 'partition', subject: name, expected: one, found: 'none' })),
    ...found
      .filter((one) => !expected.includes(one))
      .map((one): Drift => ({ code: 'partition', subject: name, expected: 'none', found: one })),
  ];
}

function shardDrift(
  name: string,
  shard: number,
  expected: string | undefined,
  found: string | undefined,
): readonly Drift[] {
  if (expected === undefined || expected === found) return [];
  return [
    { code: 'columns', subject: `${name} on shard ${shard}`, expected, found: found ?? 'no such table' },
  ];
}
