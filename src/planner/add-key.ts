/**
 * Keys that a table does not have yet and can take along foreign keys: `order_items.order_id → orders.id`, and orders has
 * `user_id`, so each order item belongs to one user.
 *
 * A path is safe when every step is one column, never null and never set by an UPDATE, that refers to a unique column;
 * then each row leads to exactly one key value for as long as it lives.
 */

import {
  byCodeUnit,
  type Catalog,
  type ForeignKey,
  type Placement,
  type ShardedPlacement,
  type TableName,
} from '../model/index.js';
import { bareName, columnNamed, foreignKeysOf, isInPrimaryKey, isUniqueAlone } from './columns.js';
import type { Traffic } from './traffic.js';

const MOST_HOPS = 3;
/** More ways to the same few keys only slow the solver down. */
const MOST_ADDED_KEYS = 8;

export interface AddKeyContext {
  readonly catalog: Catalog;
  readonly trafficOf: (table: TableName) => Traffic;
  /** The columns of a table that may be its key. */
  readonly ownKeys: (table: TableName) => readonly ShardedPlacement[];
  /** Whether the domain of a column reaches beyond its own table. */
  readonly isShared: (table: TableName, key: ShardedPlacement) => boolean;
}

interface Route {
  readonly path: readonly string[];
  readonly target: TableName;
  readonly key: ShardedPlacement;
}

export function addedKeys(context: AddKeyContext, table: TableName): readonly Placement[] {
  const own = new Set(context.ownKeys(table).map((key) => key.group));
  const routes = routesFrom(context, table, [table])
    .filter((route) => !own.has(route.key.group))
    .sort(shorterFirst);
  return routes.slice(0, MOST_ADDED_KEYS).flatMap((route) => {
    const key = freeName(context.catalog, table, route);
    const renamed = key === route.key.key ? {} : { targetKey: route.key.key };
    return key === undefined ? [] : [{ ...route.key, key, addKey: { path: route.path, ...renamed } }];
  });
}

function routesFrom(context: AddKeyContext, table: TableName, seen: readonly TableName[]): readonly Route[] {
  if (seen.length > MOST_HOPS) return [];
  return foreignKeysOf(context.catalog, context.catalog.tables.get(table)).flatMap((foreignKey) => {
    if (seen.includes(foreignKey.target) || !isSafeStep(context, table, foreignKey)) return [];
    const step = `${foreignKey.columns[0]} -> ${foreignKey.target}.${foreignKey.targetColumns[0]}`;
    const here = context
      .ownKeys(foreignKey.target)
      .filter((key) => key.key !== foreignKey.targetColumns[0] && context.isShared(foreignKey.target, key))
      .map((key): Route => ({ path: [step], target: foreignKey.target, key }));
    const beyond = routesFrom(context, foreignKey.target, [...seen, foreignKey.target]).map(
      (route): Route => ({ ...route, path: [step, ...route.path] }),
    );
    return [...here, ...beyond];
  });
}

function isSafeStep(context: AddKeyContext, name: TableName, foreignKey: ForeignKey): boolean {
  const [column] = foreignKey.columns;
  const [targetColumn] = foreignKey.targetColumns;
  const target = context.catalog.tables.get(foreignKey.target);
  if (foreignKey.columns.length !== 1 || column === undefined || targetColumn === undefined) return false;
  if (target === undefined || !isUniqueAlone(target, targetColumn)) return false;
  const table = context.catalog.tables.get(name);
  const isNeverNull = columnNamed(table, column)?.nullable === false || isInPrimaryKey(table, column);
  const isNeverSet = !context.trafficOf(name).setColumns.has(column);
  return isNeverNull && isNeverSet && !context.trafficOf(foreignKey.target).setColumns.has(targetColumn);
}

/** The key keeps its name from the table that has it, unless the table has such a column already. */
function freeName(catalog: Catalog, table: TableName, route: Route): string | undefined {
  const names = [route.key.key, `${bareName(route.target)}_${route.key.key}`];
  return names.find((name) => columnNamed(catalog.tables.get(table), name) === undefined);
}

function shorterFirst(left: Route, right: Route): number {
  const textOf = (route: Route): string => JSON.stringify([route.path, route.key.key]);
  return left.path.length - right.path.length || byCodeUnit(textOf(left), textOf(right));
}

/** The column that an added key's values come from, in the table at the end of its path. */
export function sourceOfAddedKey(placement: ShardedPlacement): string {
  return placement.addKey?.targetKey ?? placement.key;
}
