/**
 * Citus 13 and later: SQL for the coordinator, in the order that it accepts. After docs.citusdata.com, "Cluster management" and
 * "Citus utility functions", and create_distributed_table.c: keys without the distribution column and references that are not
 * co-located are refused, so they are changed first.
 */

import type { DeployFile, DeployStep, TableName } from '../model/index.js';
import { addedKeySteps } from './changes/added-keys.js';
import {
  addForeignKey,
  dropForeignKey,
  type ForeignKeyFate,
  foreignKeyFates,
  standsAs,
} from './changes/foreign-keys.js';
import { regroupViews } from './changes/regroup-views.js';
import { narrowKeys, widenStep } from './changes/unique-keys.js';
import {
  type DeployInput,
  groupsOf,
  referredFirst,
  type ShardedTable,
  shardedTables,
  tablesPlaced,
} from './input.js';
import { scriptOf } from './script-of.js';
import { literal, regclass, relation } from './sql-text.js';

/** Citus owns placement: its shards are ranges of its own hash, and there are more of them than workers. */
function citusShardCount(shards: number): number {
  return Math.max(32, shards * 2);
}

export function citusSteps(input: DeployInput): readonly DeployStep[] {
  return [...changes(input), ...nodes(input), ...distribution(input, false)];
}

export function citusFiles(input: DeployInput): readonly DeployFile[] {
  return [
    {
      name: '01-changes.sql',
      purpose:
        'changes of the schema that Citus asks for, on the coordinator, before anything is distributed',
      text: scriptOf(
        [
          'Changes of the schema before anything is distributed. Run it with psql on the coordinator.',
          'It can be run again after it was ended in the middle.',
        ],
        changes(input),
      ),
    },
    {
      name: '02-nodes.sql',
      purpose: 'the coordinator and its workers',
      text: scriptOf(
        [
          'Every node needs shared_preload_libraries = citus, and every worker CREATE EXTENSION citus in its database of the same name.',
          'Workers are reached by the user who runs this, without a password or with one in .pgpass or pg_dist_authinfo.',
        ],
        nodes(input),
      ),
    },
    {
      name: '03-distribute.sql',
      purpose: 'reference tables and distributed tables; writes wait while a table is distributed',
      text: scriptOf(
        [...aboutDistribution, 'For tables in use take 03-distribute-in-use.sql instead.'],
        distribution(input, false),
      ),
    },
    {
      name: '03-distribute-in-use.sql',
      purpose: 'the same instead, for tables in use: writes go on',
      text: scriptOf(
        [
          ...aboutDistribution,
          'Instead of 03-distribute.sql, for tables in use. No statement of it runs inside a transaction block.',
          'Rows are copied by logical replication: every node needs wal_level = logical, and where PostgreSQL has the setting',
          '(18.6, 17.11, 16.15, 15.19 and later), output_plugin_libraries with citus and pgoutput in it; that one takes a reload.',
        ],
        distribution(input, true),
      ),
    },
  ];
}

/** Of both variants. */
const aboutDistribution = [
  'With psql -v ON_ERROR_STOP=1, on the coordinator. Ended in the middle, "shardwright route deploy --apply" takes it up again.',
  'References of sharded tables are taken away first and added again at the end: with one to a reference table Citus would take the',
  'table into its metadata and then refuse to distribute it where it has an identity column. Nothing checks them in between.',
  'Tables that the plan leaves unsharded stay local to the coordinator.',
];

// ── changes first ────────────────────────────────────────────────────────────────────────────────────────────────────

function changes(input: DeployInput): readonly DeployStep[] {
  const fates = citusFates(input);
  const { widened } = narrowKeys(input);
  return [
    ...addedKeySteps(input),
    ...fates
      .filter(({ fate }) => fate === 'dropped')
      .map((fate) => dropForeignKey(fate, 'coordinator', 'drop-foreign-key')),
    ...fates.filter(({ fate }) => fate === 'widened').map(setAside),
    ...widened.filter(({ key }) => key.primary).map(({ table }) => regroupViews(table)),
    ...widened.map(widenStep),
  ];
}

/** The key it refers to is about to change. A run that is taken up again does not take away what it added. */
function setAside(fate: ForeignKeyFate): DeployStep {
  const step = dropForeignKey(fate, 'coordinator', 'set-aside');
  return { ...step, done: `${step.done} OR ${standsAs(fate)}` };
}

/** ON DELETE SET NULL and SET DEFAULT would change the distribution column: Citus refuses them. */
export function citusFates(input: DeployInput): readonly ForeignKeyFate[] {
  return foreignKeyFates(input).map((one) => {
    const own = input.placements.get(one.table);
    const setsKey =
      own?.placement === 'sharded' && one.columns.includes(own.key) && /^set /.test(one.key.onDelete);
    return setsKey && one.fate !== 'dropped'
      ? {
          ...one,
          fate: 'dropped',
          why: `ON DELETE ${one.key.onDelete.toUpperCase()} would change ${own.key}`,
        }
      : one;
  });
}

// ── nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function nodes({ coordinator, servers }: DeployInput): readonly DeployStep[] {
  return [
    {
      id: 'extension',
      on: 'coordinator',
      title: 'Citus itself; on the workers it has to be there already',
      sql: 'CREATE EXTENSION IF NOT EXISTS citus;',
      done: `SELECT to_regclass('pg_dist_node') IS NOT NULL`,
    },
    {
      id: 'coordinator',
      on: 'coordinator',
      title: 'the coordinator, as workers reach it',
      sql: `SELECT citus_set_coordinator_host(${literal(coordinator.host)}, ${coordinator.port});`,
      done: `SELECT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0 AND nodename = ${literal(coordinator.host)} AND nodeport = ${coordinator.port})`,
    },
    ...servers.map(
      ({ host, port }, at): DeployStep => ({
        id: `node:${at}`,
        on: 'coordinator',
        title: `worker ${at}`,
        sql: `SELECT citus_add_node(${literal(host)}, ${port});`,
        done: `SELECT EXISTS (SELECT FROM pg_dist_node WHERE nodename = ${literal(host)} AND nodeport = ${port})`,
      }),
    ),
  ];
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function referenceTables(input: DeployInput): readonly DeployStep[] {
  return referredFirst(input.catalog, tablesPlaced(input, 'global')).map((name) => ({
    id: `reference:${name}`,
    on: 'coordinator',
    title: `${name} on every node`,
    sql: withTriggers(
      input.catalog.tables.get(name)?.triggers.length ?? 0,
      `SELECT create_reference_table(${regclass(name)});`,
    ),
    done: `SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(${regclass(name)}) AND partmethod = 'n' AND repmodel = 't')`,
  }));
}

function distribution(input: DeployInput, concurrently: boolean): readonly DeployStep[] {
  const sharded = new Map(shardedTables(input).map((table) => [table.name, table]));
  const anchors = anchorsOf(input);
  const references = citusFates(input).filter(({ table, fate }) => fate !== 'dropped' && sharded.has(table));
  return [
    ...(concurrently ? refuseGeneratedBefore([...sharded.values()]) : []),
    ...references.filter(({ fate }) => fate === 'kept').map(setAsideUntilDistributed),
    ...referenceTables(input),
    ...referredFirst(input.catalog, [...sharded.keys()]).map((name) =>
      distribute(
        sharded.get(name) as ShardedTable,
        anchors,
        input.shards,
        concurrently ? 'concurrently' : 'at-once',
      ),
    ),
    ...references.flatMap((fate) => addedBack(input, fate)),
  ];
}

/**
 * Splitting a table's rows without a lock counts its columns without the generated ones, and hashes the one behind the key
 * (worker_split_copy_udf.c; seen on 13.2.2): nobody finds those rows by their key again, and no error tells.
 */
export function hasGeneratedBeforeKey({ table, placement }: ShardedTable): boolean {
  const columns = table?.columns ?? [];
  const key = columns.findIndex(({ name }) => name === placement.key);
  return (key < 0 ? columns : columns.slice(0, key)).some(({ generatedFrom }) => generatedFrom !== undefined);
}

/** The server's own word for it, where the schema that was read is not quite the server's. */
function refuseGeneratedBefore(tables: readonly ShardedTable[]): readonly DeployStep[] {
  const keys = tables
    .filter((table) => !hasGeneratedBeforeKey(table))
    .map(({ name, placement }) => `(to_regclass(${regclass(name)}), ${literal(placement.key)})`);
  if (keys.length === 0) return [];
  const step: DeployStep = {
    id: 'generated-before-key',
    on: 'coordinator',
    title:
      'no table has a generated column before its key: Citus 13.2 would put its rows on the wrong shards',
    sql: `DO $generated$
DECLARE one regclass;
BEGIN
  FOR one IN SELECT k.name FROM (VALUES ${keys.join(', ')}) AS k (name, key)
    JOIN pg_attribute a ON a.attrelid = k.name AND a.attname = k.key
    WHERE EXISTS (SELECT FROM pg_attribute g WHERE g.attrelid = k.name AND g.attgenerated <> '' AND g.attnum < a.attnum) LOOP
    RAISE EXCEPTION '% has a generated column before its key: distribute it by create_distributed_table', one;
  END LOOP;
END $generated$;`,
    done: 'SELECT false',
  };
  return [step];
}

function setAsideUntilDistributed(fate: ForeignKeyFate): DeployStep {
  const step = dropForeignKey(
    { ...fate, why: 'until the tables are distributed' },
    'coordinator',
    'set-aside',
  );
  return { ...step, done: `${step.done} OR ${isDistributed(fate.table)}` };
}

function addedBack({ catalog }: DeployInput, fate: ForeignKeyFate): readonly DeployStep[] {
  const isPartitioned = catalog.tables.get(fate.table)?.partitionKey !== undefined;
  return addForeignKey(fate, 'coordinator', isPartitioned).map((step) => ({
    ...step,
    done: `${step.done} AND ${isDistributed(fate.table)}`,
  }));
}

function isDistributed(name: TableName): string {
  return `EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(${regclass(name)}) AND partmethod = 'h')`;
}

/** The table of each group that is distributed first; the others are put beside it. */
function anchorsOf(input: DeployInput): ReadonlyMap<string, TableName> {
  const sharded = shardedTables(input);
  const order = referredFirst(
    input.catalog,
    sharded.map(({ name }) => name),
  );
  return new Map(
    [...groupsOf(sharded)].map(([group, tables]) => {
      const names = new Set(tables.map(({ name }) => name));
      return [group, order.find((name) => names.has(name)) as TableName];
    }),
  );
}

function distribute(
  sharded: ShardedTable,
  anchors: ReadonlyMap<string, TableName>,
  shards: number,
  wanted: 'concurrently' | 'at-once',
): DeployStep {
  const { name, placement, table } = sharded;
  const anchor = anchors.get(placement.group) as TableName;
  const concurrently = wanted === 'concurrently' && !hasGeneratedBeforeKey(sharded);
  const call = concurrently ? 'create_distributed_table_concurrently' : 'create_distributed_table';
  const isAnchor = anchor === name;
  const beside = isAnchor
    ? `colocate_with := 'none', shard_count := ${citusShardCount(shards)}`
    : `colocate_with := ${literal(relation(anchor))}`;
  const together = isAnchor
    ? ''
    : ` AND colocationid = (SELECT colocationid FROM pg_dist_partition WHERE logicalrelid = to_regclass(${regclass(anchor)}))`;
  return {
    id: `distribute:${name}`,
    on: 'coordinator',
    title: `${name} by ${placement.key}${isAnchor ? '' : `, beside ${anchor}`}${wanted === 'concurrently' && !concurrently ? '; writes to it wait: a generated column stands before its key' : ''}`,
    sql: withTriggers(
      table?.triggers.length ?? 0,
      `SELECT ${call}(${regclass(name)}, ${literal(placement.key)}, ${beside});`,
    ),
    done: `SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(${regclass(name)}) AND partmethod = 'h' AND column_to_column_name(logicalrelid, partkey) = ${literal(placement.key)}${together})`,
    ...(concurrently ? { outside: true as const } : {}),
  };
}

/** Citus distributes a table that has triggers only with this setting; findings say what each of them reaches. */
function withTriggers(count: number, call: string): string {
  if (count === 0) return call;
  return `SET citus.enable_unsafe_triggers = on;\n${call}\nRESET citus.enable_unsafe_triggers;`;
}
