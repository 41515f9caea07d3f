/**
 * Statistics of partitions put together for their parent, which has none of its own: PostgreSQL counts rows and bytes where
 * they lie, and analyses a partitioned parent only when told to.
 *
 * Sizes add up. The number of distinct values is known only to be at least the largest child's, and the commonest value is at
 * most as frequent as the children's commonest together; both are taken at the careful end, for they gate shard keys. What a
 * file says of the parent as a share of its rows is a share of this sum.
 */

import {
  byCodeUnit,
  type Catalog,
  type ColumnStatistics,
  type Table,
  type TableName,
  type TableStatistics,
} from '../model/index.js';

/** What files say of one table by itself. */
export interface Measures {
  readonly rowCount?: number;
  readonly totalBytes?: number;
  /** The columns, once it is known how many rows there are. */
  readonly columnsFor: (rowCount: number | undefined) => TableStatistics['columns'];
}

export function withPartitionSums(
  catalog: Catalog,
  measuresOf: (table: Table) => Measures | undefined,
): Catalog {
  const families: Families = { children: childrenByParent(catalog), done: new Map(), measuresOf };
  const tables = [...catalog.tables].map(
    ([name, table]) => [name, summed(families, table, new Set())] as const,
  );
  return { ...catalog, tables: new Map(tables) };
}

interface Families {
  readonly children: ReadonlyMap<TableName, readonly Table[]>;
  readonly done: Map<TableName, Table>;
  readonly measuresOf: (table: Table) => Measures | undefined;
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
  const statistics = statisticsOf(table, families.measuresOf(table), children);
  const result = statistics === undefined ? table : { ...table, statistics };
  families.done.set(table.name, result);
  return result;
}

function statisticsOf(
  table: Table,
  own: Measures | undefined,
  children: readonly Table[],
): TableStatistics | undefined {
  const below = children.flatMap(({ statistics }) => (statistics ? [statistics] : []));
  if (own === undefined && below.length === 0) return undefined;
  const rowCount = sizeOf(own?.rowCount, children, ({ rowCount: rows }) => rows);
  const totalBytes = sizeOf(own?.totalBytes, children, ({ totalBytes: bytes }) => bytes);
  const columns = { ...columnsBelow(table, below), ...own?.columnsFor(rowCount) };
  return {
    ...(rowCount === undefined ? {} : { rowCount }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
    columns: Object.fromEntries(Object.entries(columns).sort(([left], [right]) => byCodeUnit(left, right))),
  };
}

/** A parent that holds no row itself is as big as its children. */
function sizeOf(
  own: number | undefined,
  children: readonly Table[],
  of: (statistics: TableStatistics) => number | undefined,
): number | undefined {
  if (children.length === 0) return own;
  return own || total(children.map(({ statistics }) => statistics && of(statistics)));
}

function columnsBelow(table: Table, below: readonly TableStatistics[]): TableStatistics['columns'] {
  const names = new Set(below.flatMap(({ columns }) => Object.keys(columns)));
  const known = table.columns.filter(({ name }) => names.has(name));
  return Object.fromEntries(known.map(({ name }) => [name, together(name, below)]));
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
