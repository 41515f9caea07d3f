/**
 * Statistics of partitions put together for their parent, which has none of its own: PostgreSQL counts rows and bytes where
 * they lie, and analyses a partitioned parent only when told to.
 *
 * Sizes add up. The number of distinct values is known only to be at least the largest child's, and the commonest value is at
 * most as frequent as the children's commonest together; both are taken at the careful end, for they gate shard keys.
 */

import {
  byCodeUnit,
  type Catalog,
  type ColumnStatistics,
  type Table,
  type TableName,
  type TableStatistics,
} from '../model/index.js';

export function withPartitionSums(catalog: Catalog): Catalog {
  const families: Families = { children: childrenByParent(catalog), done: new Map() };
  const tables = [...catalog.tables].map(
    ([name, table]) => [name, summed(families, table, new Set())] as const,
  );
  return { ...catalog, tables: new Map(tables) };
}

interface Families {
  readonly children: ReadonlyMap<TableName, readonly Table[]>;
  readonly done: Map<TableName, Table>;
}

function childrenByParent(catalog: Catalog): ReadonlyMap<TableName, readonly Table[]> {
  const children = new Map<TableName, Table[]>();
  for (const table of catalog.tables.values()) {
    if (table.parent === undefined) continue;
    const siblings = children.get(table.parent);
    if (siblings) siblings.push(table);
    else children.set(table.parent, [table]);
  }
  return children;
}

/** The table with its children's statistics, its children first. */
function summed(families: Families, table: Table, above: ReadonlySet<TableName>): Table {
  const known = families.done.get(table.name);
  if (known) return known;
  const below = families.children.get(table.name) ?? [];
  const inside = new Set([...above, table.name]);
  const children = below
    .filter((child) => !inside.has(child.name))
    .map((child) => summed(families, child, inside));
  const result = children.length === 0 ? table : withChildren(table, children);
  families.done.set(table.name, result);
  return result;
}

function withChildren(table: Table, children: readonly Table[]): Table {
  const below = children.flatMap(({ statistics }) => (statistics ? [statistics] : []));
  if (below.length === 0) return table;
  const own = table.statistics;
  const rowCount = own?.rowCount || total(children.map(({ statistics }) => statistics?.rowCount));
  const totalBytes = own?.totalBytes || total(children.map(({ statistics }) => statistics?.totalBytes));
  const names = new Set(below.flatMap(({ columns }) => Object.keys(columns)));
  const columns = [...names]
    .filter((name) => table.columns.some((column) => column.name === name))
    .sort()
    .map((name) => [name, own?.columns[name] ?? together(name, below)] as const);
  return {
    ...table,
    statistics: {
      ...(rowCount === undefined ? {} : { rowCount }),
      ...(totalBytes === undefined ? {} : { totalBytes }),
      columns: Object.fromEntries(
        [...Object.entries(own?.columns ?? {}), ...columns].sort(([left], [right]) =>
          byCodeUnit(left, right),
        ),
      ),
    },
  };
}

/** Undefined as soon as one part is not known: half a sum would pass a table through the size gate. */
function total(parts: readonly (number | undefined)[]): number | undefined {
  return parts.every((part) => part !== undefined) ? parts.reduce((sum, part) => sum + part, 0) : undefined;
}

function together(name: string, below: readonly TableStatistics[]): ColumnStatistics {
  const parts = below.flatMap((each) => {
    const column = each.columns[name];
    return column ? [{ column, rows: each.rowCount }] : [];
  });
  const weights = weightsOf(parts.map(({ rows }) => rows));
  const distinct = parts.flatMap(({ column }) => (column.distinct === undefined ? [] : [column.distinct]));
  const nullShares = parts.map(({ column }) => column.nullShare);
  return {
    ...(distinct.length === 0 ? {} : { distinct: Math.max(...distinct) }),
    ...(nullShares.every((share) => share !== undefined) ? { nullShare: weighted(nullShares, weights) } : {}),
    commonFrequencies: commonest(
      parts.map(({ column }) => column.commonFrequencies),
      weights,
    ),
  };
}

/** By rows, when all are known; else all alike. */
function weightsOf(rows: readonly (number | undefined)[]): readonly number[] {
  const sum = total(rows);
  if (sum === undefined || sum === 0) return rows.map(() => 1 / rows.length);
  return rows.map((count) => (count ?? 0) / sum);
}

function weighted(values: readonly number[], weights: readonly number[]): number {
  return rounded(values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0));
}

/** As if the first of every child were one and the same value, and so on down the ranks. */
function commonest(lists: readonly (readonly number[])[], weights: readonly number[]): readonly number[] {
  const ranks = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: ranks }, (_, rank) =>
    weighted(
      lists.map((list) => list[rank] ?? 0),
      weights,
    ),
  );
}

/** Sums of shares carry noise in their last digits that would differ with the order of children. */
function rounded(share: number): number {
  return Number(share.toPrecision(12));
}
