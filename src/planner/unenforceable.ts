/** Constraints that no single shard can check any more under a plan, each with a remedy and a plain sentence. */

import {
  byCodeUnit,
  type Catalog,
  type Column,
  type ForeignKey,
  type NameOf,
  namesAmong,
  type Placement,
  type Placements,
  type ShardedPlacement,
  type Table,
  type TableName,
  type UniqueKey,
} from '../model/index.js';
import { columnNamed, foreignKeysOf } from './columns.js';
import { type Domains, findDomains } from './domains.js';
import { isForeignKeyEnforceable, isUniqueEnforceable } from './enforceable.js';

export type Remedy = 'composite-key' | 'uuid-or-snowflake' | 'lookup-table' | 'application-check';

export interface Unenforceable {
  readonly table: TableName;
  readonly kind: 'primary-key' | 'unique' | 'exclusion' | 'foreign-key' | 'sequence';
  /** The constraint's name, or the column's for a sequence. */
  readonly constraint: string;
  readonly columns: readonly string[];
  /** Of a foreign key. */
  readonly target?: TableName;
  readonly remedy: Remedy;
  /** What is wrong, and what to do about it: sentences. */
  readonly problem: string;
  readonly advice: string;
}

interface Context {
  readonly catalog: Catalog;
  readonly placements: Placements;
  /** By the schema alone. */
  readonly domains: Domains;
  readonly nameOf: NameOf;
}

/** By table, then in the order: unique keys, foreign keys, sequences, each by name. */
export function unenforceable(catalog: Catalog, placements: Placements): readonly Unenforceable[] {
  const context = {
    catalog,
    placements,
    domains: findDomains(catalog, []),
    nameOf: namesAmong(placements.keys()),
  };
  return [...placements]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([name, placement]) => {
      const table = catalog.tables.get(name);
      if (table === undefined) return [];
      return [
        ...brokenUniqueKeys(context, table, placement),
        ...brokenForeignKeys(context, table, placement),
        ...(placement.placement === 'sharded' ? sequences(context, table, placement) : []),
      ];
    });
}

function brokenUniqueKeys(context: Context, table: Table, placement: Placement): readonly Unenforceable[] {
  return [...table.uniqueKeys]
    .sort((a, b) => byCodeUnit(a.name, b.name))
    .flatMap((key) =>
      placement.placement !== 'sharded' || isUniqueEnforceable(key, placement)
        ? []
        : [describeUnique(context, table, key, placement)],
    );
}

function describeUnique(
  { nameOf }: Context,
  table: Table,
  key: UniqueKey,
  placement: ShardedPlacement,
): Unenforceable {
  const kind = key.exclusion ? 'exclusion' : key.primary ? 'primary-key' : 'unique';
  const columns = key.columns.length > 0 ? key.columns.join(', ') : 'expressions';
  const remedy = remedyForUnique(table, key);
  const withKey = [placement.key, ...key.columns].join(', ');
  const advice: Readonly<Record<Remedy, string>> = {
    'uuid-or-snowflake': `Make ${columns} by UUID or Snowflake id, which are unique without a check, or widen the key to (${withKey}).`,
    'composite-key': `Widen it to (${withKey}), so that each shard can check its own rows.`,
    'lookup-table': `Keep a lookup table sharded by ${columns} that holds each value once, and write it first.`,
    'application-check': 'Check it in the application, under a lock that all shards share.',
  };
  return {
    table: table.name,
    kind,
    constraint: key.name,
    columns: key.columns,
    remedy,
    problem: `${key.name} on ${nameOf(table.name)} (${columns}) does not have the shard key ${placement.key}: two shards could hold the same values.`,
    advice: advice[remedy],
  };
}

function remedyForUnique(table: Table, key: UniqueKey): Remedy {
  if (key.exclusion) return 'application-check';
  const [only, ...more] = key.columns;
  const column = more.length === 0 && only !== undefined ? columnNamed(table, only) : undefined;
  if (column !== undefined && isGenerated(column)) return 'uuid-or-snowflake';
  return key.primary ? 'composite-key' : 'lookup-table';
}

function isGenerated(column: Column): boolean {
  return column.default?.kind === 'sequence' || column.type === 'uuid';
}

function brokenForeignKeys(context: Context, table: Table, placement: Placement): readonly Unenforceable[] {
  const { nameOf } = context;
  return foreignKeysOf(context.catalog, table).flatMap((key) => {
    const target = context.placements.get(key.target);
    if (target === undefined || isForeignKeyEnforceable(table.name, key, placement, target)) return [];
    const { remedy, why, what } = explainForeignKey(context, table.name, key, placement, target);
    return [
      {
        table: table.name,
        kind: 'foreign-key',
        constraint: key.name,
        columns: key.columns,
        target: key.target,
        remedy,
        problem: `${key.name} on ${nameOf(table.name)} (${key.columns.join(', ')}) refers to ${nameOf(key.target)}, ${why}.`,
        advice: what,
      },
    ];
  });
}

interface Explanation {
  readonly remedy: Remedy;
  readonly why: string;
  readonly what: string;
}

function explainForeignKey(
  context: Context,
  table: TableName,
  key: ForeignKey,
  own: Placement,
  target: Placement,
): Explanation {
  const check = 'Check it in the application, and look for orphans from time to time.';
  if (target.placement === 'unsharded') {
    return { remedy: 'application-check', why: 'which lives in the unsharded database', what: check };
  }
  if (own.placement !== 'sharded' || target.placement !== 'sharded') {
    const why = `which is spread over the shards, while the rows that refer to it are ${own.placement}`;
    return { remedy: 'application-check', why, what: check };
  }
  if (own.group !== target.group) {
    const why = `which is sharded by ${target.key}, a key of another domain`;
    return { remedy: 'application-check', why, what: check };
  }
  if (!mayKeysBeEqual(context, table, key, own, target)) {
    const why = `which lies where its own ${target.key} says, not where the row that refers to it lies`;
    return { remedy: 'application-check', why, what: check };
  }
  const columns = [own.key, ...key.columns].join(', ');
  const targetColumns = [target.key, ...key.targetColumns].join(', ');
  return {
    remedy: 'composite-key',
    why: `and nothing says that ${own.key} here equals ${target.key} there`,
    what: `Where it always does, widen it to (${columns}) referring to (${targetColumns}).`,
  };
}

/**
 * Whether a row and the one that it refers to can be expected to have one key value: not when the reference leads from key
 * to key itself, as from a row to its parent, or back along the target's key. Then the keys are of one domain because
 * rows refer to other rows, not because they belong to the same thing.
 */
function mayKeysBeEqual(
  { catalog, domains }: Context,
  table: TableName,
  key: ForeignKey,
  own: ShardedPlacement,
  target: ShardedPlacement,
): boolean {
  if (key.columns.includes(own.key) || key.targetColumns.includes(target.key)) return false;
  const back = foreignKeysOf(catalog, catalog.tables.get(key.target));
  if (back.some(({ target: to, columns }) => to === table && columns.includes(target.key))) return false;
  const keys = new Set([own.group, domains.label(table, own.key), domains.label(key.target, target.key)]);
  return !key.columns.some((column, at) => {
    const targetColumn = key.targetColumns[at] as string;
    return keys.has(domains.label(table, column)) || keys.has(domains.label(key.target, targetColumn));
  });
}

function sequences(context: Context, table: Table, placement: ShardedPlacement): readonly Unenforceable[] {
  return table.columns
    .filter((column) => column.default?.kind === 'sequence')
    .map((column) => ({
      table: table.name,
      kind: 'sequence',
      constraint: column.name,
      columns: [column.name],
      remedy: 'uuid-or-snowflake',
      problem: `${context.nameOf(table.name)}.${column.name} is numbered by a sequence: each shard has its own and would give out the same numbers.`,
      advice: `Make it by UUID or Snowflake id${column.name === placement.key ? ', before the row is routed' : ''}.`,
    }));
}
