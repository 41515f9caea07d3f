/**
 * Plain PostgreSQL: HASH-partitioned parents on the coordinator whose partitions are foreign tables of the shards (postgres_fdw).
 *
 * Modulus is the number of shards, so the remainder of a partition is its shard in the map before anything has moved. Rows are
 * copied shard by shard, in a transaction each: a shard has all its rows of a table or none. A parent takes the table's place only
 * when both have the same rows; the table itself is kept in a schema of its own.
 */

import { byCodeUnit, type Column, type DeployStep } from '../../model/index.js';
import { addedKeySteps } from '../changes/added-keys.js';
import { dropForeignKey, foreignKeyFates } from '../changes/foreign-keys.js';
import { regroupViews } from '../changes/regroup-views.js';
import { shardSteps } from '../changes/shards.js';
import {
  type DeployInput,
  referredFirst,
  type ServerAddress,
  type ShardedTable,
  shardedTables,
} from '../input.js';
import { columnList, literal, quoted, regclass, relation, splitName } from '../sql-text.js';
import { BEFORE, isParent, PARTS, part, serverName, serverOptions, staged } from './names.js';
import { takePlace } from './take-place.js';

export function coordinatorChanges(input: DeployInput): readonly DeployStep[] {
  return addedKeySteps(input);
}

export function shardChanges(input: DeployInput, shard: number): readonly DeployStep[] {
  return shardSteps(input, shard, { globals: false, numbers: false, guarded: true });
}

/** `password` goes into the user mappings, where it is known. */
export function coordinatorSteps(
  input: DeployInput,
  passwords: readonly (string | undefined)[] = [],
): readonly DeployStep[] {
  const tables = inOrder(input);
  return [
    ...servers(input, passwords),
    ...tables.flatMap((table) => [parent(table), ...parts(input, table)]),
    ...tables.flatMap((table) => triggers(input, table, 'off')),
    ...tables.flatMap((table) => copies(input, table)),
    ...referringFromElsewhere(input),
    ...tables.filter(hasPrimaryKey).map(({ name }) => regroupViews(name)),
    ...tables.map(takePlace),
    ...tables.flatMap((table) => triggers(input, table, 'on')),
  ];
}

/** Its parent has none, so views may not hang on it. */
function hasPrimaryKey({ table }: ShardedTable): boolean {
  return table?.uniqueKeys.some(({ primary }) => primary) === true;
}

/** What refers to others goes after them: shards keep the references that they can check. */
function inOrder(input: DeployInput): readonly ShardedTable[] {
  const tables = new Map(shardedTables(input).map((table) => [table.name, table]));
  return referredFirst(input.catalog, [...tables.keys()]).map((name) => tables.get(name) as ShardedTable);
}

// ── servers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const PASSWORD = 'REPLACE-WITH-THE-PASSWORD';

function servers(
  { servers: shards }: DeployInput,
  passwords: readonly (string | undefined)[],
): readonly DeployStep[] {
  return [
    {
      id: 'foreign-data-wrapper',
      on: 'coordinator',
      title: `postgres_fdw, and the schemas ${PARTS} and ${BEFORE}`,
      sql: `CREATE EXTENSION IF NOT EXISTS postgres_fdw;\nCREATE SCHEMA IF NOT EXISTS ${quoted(PARTS)};\nCREATE SCHEMA IF NOT EXISTS ${quoted(BEFORE)};`,
      done: `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'postgres_fdw') AND to_regnamespace(${literal(PARTS)}) IS NOT NULL AND to_regnamespace(${literal(BEFORE)}) IS NOT NULL`,
    },
    ...shards.map((server, shard) => foreignServer(server, shard, passwords[shard])),
  ];
}

function foreignServer(server: ServerAddress, shard: number, password: string | undefined): DeployStep {
  const name = serverName(shard);
  const sqlWith = (secret: string): string =>
    [
      `CREATE SERVER IF NOT EXISTS ${quoted(name)} FOREIGN DATA WRAPPER postgres_fdw`,
      `  OPTIONS (${serverOptions(server)}, batch_size '1000', fetch_size '10000');`,
      // Whoever may use the tables: rights are held on the coordinator. Its options are shown to the server's owner alone.
      `CREATE USER MAPPING IF NOT EXISTS FOR PUBLIC SERVER ${quoted(name)}`,
      `  OPTIONS (user ${literal(server.user)}, password ${literal(secret)});`,
    ].join('\n');
  return {
    id: `server:${shard}`,
    on: 'coordinator',
    title: `shard ${shard} as a foreign server`,
    sql: sqlWith(password ?? PASSWORD),
    shown: sqlWith('…'),
    done: `SELECT EXISTS (SELECT FROM pg_user_mappings WHERE srvname = ${literal(name)} AND umuser = 0)`,
  };
}

// ── parents and their partitions ─────────────────────────────────────────────────────────────────────────────────────

function parent({ name, placement }: ShardedTable): DeployStep {
  return {
    id: `parent:${name}`,
    on: 'coordinator',
    title: `${name}: a parent by hash of ${placement.key}, beside it`,
    sql: `CREATE TABLE IF NOT EXISTS ${staged(name)}\n  (LIKE ${relation(name)} INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING COMMENTS)\n  PARTITION BY HASH (${quoted(placement.key)});`,
    done: `SELECT to_regclass(${literal(staged(name))}) IS NOT NULL OR ${isParent(name)}`,
  };
}

function parts({ shards }: DeployInput, { name }: ShardedTable): readonly DeployStep[] {
  return Array.from({ length: shards }, (_, shard): DeployStep => {
    const { schema, name: table } = splitName(name);
    return {
      id: `part:${name}:${shard}`,
      on: 'coordinator',
      title: `${name}: remainder ${shard} of ${shards} is on shard ${shard}`,
      sql: `CREATE FOREIGN TABLE IF NOT EXISTS ${part(name, shard)} PARTITION OF ${staged(name)}\n  FOR VALUES WITH (MODULUS ${shards}, REMAINDER ${shard}) SERVER ${quoted(serverName(shard))}\n  OPTIONS (schema_name ${literal(schema)}, table_name ${literal(table)});`,
      done: `SELECT to_regclass(${literal(part(name, shard))}) IS NOT NULL`,
    };
  });
}

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A shard that has rows of a table has all of them, since they came in one transaction; any other number is refused. */
function copies({ shards }: DeployInput, { name, table, placement }: ShardedTable): readonly DeployStep[] {
  return Array.from({ length: shards }, (_, shard): DeployStep => {
    const target = part(name, shard);
    const belongs = `satisfies_hash_partition(to_regclass(${literal(staged(name))}), ${shards}, ${shard}, ${quoted(placement.key)})`;
    const columns = columnList(storedColumns(table?.columns ?? [], placement.key));
    return {
      id: `copy:${name}:${shard}`,
      on: 'coordinator',
      title: `${name}: the rows of remainder ${shard} to shard ${shard}`,
      sql: [
        'DO $copy$',
        'DECLARE there bigint; wanted bigint;',
        'BEGIN',
        `  LOCK TABLE ${relation(name)} IN SHARE MODE;`,
        `  SELECT count(*) INTO wanted FROM ${relation(name)} WHERE ${belongs};`,
        `  SELECT count(*) INTO there FROM ${target};`,
        '  IF there = wanted THEN RETURN; END IF;',
        `  IF there <> 0 THEN RAISE EXCEPTION 'shard ${shard} has % rows of % and should have %: empty it there, or stop the writes', there, ${literal(name)}, wanted; END IF;`,
        `  INSERT INTO ${target} (${columns}) SELECT ${columns} FROM ${relation(name)} WHERE ${belongs};`,
        'END',
        '$copy$;',
      ].join('\n'),
      // The parent beside the table is gone once it has taken its place.
      done: `SELECT CASE WHEN ${isParent(name)} THEN true ELSE (SELECT count(*) FROM ${target}) = (SELECT count(*) FROM ${relation(name)} WHERE ${belongs}) END`,
    };
  });
}

/** What a trigger did when a row was written is in the row that is copied: it must not do it again. */
function triggers(
  { shards }: DeployInput,
  { name, table }: ShardedTable,
  state: 'on' | 'off',
): readonly DeployStep[] {
  const names = (table?.triggers ?? []).map((trigger) => trigger.name).sort(byCodeUnit);
  if (names.length === 0) return [];
  const verb = state === 'off' ? 'DISABLE' : 'ENABLE';
  return Array.from(
    { length: shards },
    (_, shard): DeployStep => ({
      id: `triggers-${state}:${name}:${shard}`,
      on: shard,
      title: `${name} on shard ${shard}: triggers ${state}${state === 'off' ? ' while its rows are copied' : ''}`,
      sql: names.map((one) => `ALTER TABLE ${relation(name)} ${verb} TRIGGER ${quoted(one)};`).join('\n'),
      done: `SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(${regclass(name)}) AND tgname IN (${names.map(literal).join(', ')}) AND (tgenabled = 'D') <> ${state === 'off'})`,
      ...(state === 'off' ? { unless: `SELECT ${isParent(name)}` } : {}),
    }),
  );
}

/** Generated columns are computed again on the shard. */
function storedColumns(columns: readonly Column[], key: string): readonly string[] {
  const stored = columns.filter(({ generatedFrom }) => generatedFrom === undefined).map(({ name }) => name);
  return stored.includes(key) ? stored : [...stored, key];
}

/** A parent with foreign partitions cannot be referred to: PostgreSQL has no unique key over them. */
function referringFromElsewhere(input: DeployInput): readonly DeployStep[] {
  return foreignKeyFates(input)
    .filter(
      ({ table, key }) =>
        input.placements.get(table)?.placement !== 'sharded' &&
        input.placements.get(key.target)?.placement === 'sharded',
    )
    .map((fate) =>
      dropForeignKey(
        { ...fate, why: 'a parent of foreign partitions cannot be referred to' },
        'coordinator',
        'drop-foreign-key',
      ),
    );
}
