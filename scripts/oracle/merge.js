// What scatter and multi-shard mean: each shard runs the statement, and whoever asked puts the rows together, as a router
// does. Rows are concatenated; a plain aggregate at the top is computed by group from the shards' (avg from sum and count);
// DISTINCT and UNION at the top leave out doubles; ORDER BY, LIMIT and OFFSET at the top are applied to the merged rows.
import { list, orderColumns } from './tree.js';

const mergeable = new Set(['count', 'sum', 'min', 'max', 'avg']);

/**
 * @returns {{ shardTree: any, merge: (parts: readonly (string | null)[][][], types: readonly number[]) => (string | null)[][] }}
 */
export function mergePlan(tree) {
  if (tree.kind === 'setop') {
    const { order: _order, limit: _limit, ...shardTree } = tree;
    const isSet = tree.operator === 'UNION' && !tree.all;
    return {
      shardTree,
      merge: (parts, types) => cut(tree, isSet ? distinct(parts.flat()) : parts.flat(), types),
    };
  }
  if (tree.kind !== 'select') return { shardTree: tree, merge: (parts) => parts.flat() };
  if (mergesGroups(tree)) return groupPlan(tree);
  const { limit: _limit, ...shardTree } = tree;
  return {
    shardTree,
    merge: (parts, types) => cut(tree, tree.distinct ? distinct(parts.flat()) : parts.flat(), types),
  };
}

function mergesGroups({ items, group, having }) {
  const merges = items.items.flatMap(({ merge }) => (merge === undefined ? [] : [merge]));
  const isGrouped = (group?.items.length ?? 0) > 0 || merges.length > 0;
  return isGrouped && having === undefined && !group?.sets && merges.every((merge) => mergeable.has(merge));
}

/** Shards say the groups' columns as well, and sums and counts in the place of averages. */
function groupPlan(tree) {
  const { order: _order, limit: _limit, distinct: isDistinct, ...bare } = tree;
  const asked = tree.items.items;
  const shown = asked.map(({ value, parts }) => ({ kind: 'item', value: parts?.[0] ?? value }));
  const counts = asked.map(({ parts }) => ({ kind: 'item', value: parts?.[1] ?? 'NULL' }));
  const groups = (tree.group?.items ?? []).map((value) => ({ kind: 'item', value }));
  const shardTree = { ...bare, items: list([...shown, ...counts, ...groups]) };
  const width = asked.length;
  const merge = (parts, types) => {
    const byGroup = new Map();
    for (const row of parts.flat()) {
      const name = JSON.stringify(row.slice(2 * width));
      const known = byGroup.get(name);
      byGroup.set(name, known === undefined ? row : together(asked, known, row, types));
    }
    const rows = [...byGroup.values()].map((row) => averaged(asked, row));
    return cut(tree, isDistinct ? distinct(rows) : rows, types);
  };
  return { shardTree, merge };
}

function averaged(items, row) {
  return items.map(({ merge }, at) => {
    const sum = row[at];
    return merge === 'avg' && sum !== null ? String(Number(sum) / Number(row[items.length + at])) : sum;
  });
}

/** Two shards' rows of one group. */
function together(items, left, right, types) {
  const width = items.length;
  return left.map((one, at) => {
    const two = right[at];
    const merge = items[at % width].merge;
    if (merge === undefined || at >= 2 * width) return one;
    if (one === null || two === null) return one ?? two;
    if (merge === 'count' || merge === 'sum' || merge === 'avg') return String(BigInt(one) + BigInt(two));
    return compareValues(one, two, types[at]) < 0 === (merge === 'min') ? one : two;
  });
}

function distinct(rows) {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** int8, int2, int4, numeric */
const numbers = new Set([20, 21, 23, 1700]);

/** As PostgreSQL orders under the C collation, NULLs last. */
function compareValues(one, two, type) {
  if (one === two) return 0;
  if (one === null) return 1;
  if (two === null) return -1;
  if (numbers.has(type)) return Number(one) - Number(two);
  return one < two ? -1 : 1;
}

function cut(tree, rows, types) {
  const columns = orderColumns(tree);
  if (tree.distinctOn !== undefined || columns.length === 0) return rows;
  const compare = (left, right) => {
    for (const { at, descending } of columns) {
      const order = compareValues(left[at], right[at], types[at]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
  const sorted = [...rows].sort(compare);
  const { count, offset = 0, ties } = tree.limit ?? {};
  if (count === undefined) return sorted.slice(offset);
  const end = offset + count;
  const last = sorted[end - 1];
  return sorted.filter(
    (row, at) => at >= offset && (at < end || (ties && last !== undefined && compare(row, last) === 0)),
  );
}
