/**
 * Which tables are used together. In: each statement's tables, writes, calls and join predicates. Out: tables with their
 * reads and writes, pairs with the calls of the statements that touch both. Statements that run in one transaction are
 * not known to be together: an export does not say so.
 */

import { UndirectedGraph } from 'graphology';
import {
  byCodeUnit,
  type CoAccessGraph,
  type GraphEdge,
  type GraphNode,
  type JoinPredicate,
  type TableName,
  type TransactionPair,
} from '../model/index.js';
import { communitiesOf } from './communities.js';

export interface StatementAccess {
  readonly tables: readonly TableName[];
  readonly writtenTables: readonly TableName[];
  readonly calls: number;
  readonly joins: readonly JoinPredicate[];
}

interface Traffic {
  reads: number;
  writes: number;
}

interface Pair {
  readonly source: TableName;
  readonly target: TableName;
  calls: number;
  readonly predicates: Set<string>;
}

export function coAccessGraph(statements: readonly StatementAccess[]): CoAccessGraph {
  const ordered = [...statements].sort(byContent);
  const nodes = [...trafficOf(ordered)].sort(([a], [b]) => byCodeUnit(a, b));
  const edges = pairsOf(ordered);
  const community = communitiesOf(buildGraph(nodes, edges), 'calls');
  return {
    nodes: nodes.map(
      ([table, traffic]): GraphNode => ({ table, ...traffic, community: community.get(table) ?? 0 }),
    ),
    edges: edges.map(
      ({ predicates, ...edge }): GraphEdge => ({ ...edge, predicates: [...predicates].sort(byCodeUnit) }),
    ),
  };
}

/**
 * The graph with the transactions of a log on its edges. Tables that only transactions bring together get an edge without
 * calls. Communities stay those of the calls: a log is a sample, and its transactions are another unit.
 */
export function withTransactions(
  graph: CoAccessGraph,
  transactions: readonly TransactionPair[],
): CoAccessGraph {
  const nodes = new Set(graph.nodes.map(({ table }) => table));
  const idOf = ({ source, target }: { readonly source: string; readonly target: string }) =>
    JSON.stringify([source, target]);
  const counts = new Map(transactions.map((pair) => [idOf(pair), pair.transactions]));
  const known = new Set(graph.edges.map(idOf));
  const edges = graph.edges.map(
    (edge): GraphEdge => ({ ...edge, transactions: counts.get(idOf(edge)) ?? 0 }),
  );
  const added = transactions
    .filter((pair) => !known.has(idOf(pair)) && nodes.has(pair.source) && nodes.has(pair.target))
    .map((pair): GraphEdge => ({ ...pair, calls: 0, predicates: [] }));
  return { nodes: graph.nodes, edges: [...edges, ...added].sort(byEnds) };
}

function byEnds(a: GraphEdge, b: GraphEdge): number {
  return byCodeUnit(a.source, b.source) || byCodeUnit(a.target, b.target);
}

/** Sums of floats depend on their order, so statements are added in one that rows of the export cannot change. */
function byContent(a: StatementAccess, b: StatementAccess): number {
  return a.calls - b.calls || byCodeUnit(a.tables.join(), b.tables.join());
}

function trafficOf(statements: readonly StatementAccess[]): ReadonlyMap<TableName, Traffic> {
  const traffic = new Map<TableName, Traffic>();
  for (const { tables, writtenTables, calls } of statements) {
    for (const table of new Set([...tables, ...writtenTables])) {
      const of = traffic.get(table) ?? { reads: 0, writes: 0 };
      of[writtenTables.includes(table) ? 'writes' : 'reads'] += calls;
      traffic.set(table, of);
    }
  }
  return traffic;
}

function pairsOf(statements: readonly StatementAccess[]): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { tables, writtenTables, calls, joins } of statements) {
    const touched = [...new Set([...tables, ...writtenTables])].sort(byCodeUnit);
    for (const [at, source] of touched.entries()) {
      for (const target of touched.slice(at + 1)) pairAt(pairs, source, target).calls += calls;
    }
    for (const join of joins) addPredicate(pairs, join);
  }
  return [...pairs.values()].sort((a, b) => byCodeUnit(a.source, b.source) || byCodeUnit(a.target, b.target));
}

function pairAt(pairs: Map<string, Pair>, source: TableName, target: TableName): Pair {
  const id = JSON.stringify([source, target]);
  const known = pairs.get(id);
  if (known !== undefined) return known;
  const made: Pair = { source, target, calls: 0, predicates: new Set() };
  pairs.set(id, made);
  return made;
}

/** A table joined with itself has no edge. */
function addPredicate(pairs: Map<string, Pair>, { left, right }: JoinPredicate): void {
  if (left.table === right.table) return;
  const [first, second] = byCodeUnit(left.table, right.table) < 0 ? [left, right] : [right, left];
  const id = JSON.stringify([first.table, second.table]);
  pairs.get(id)?.predicates.add(`${printed(first)} = ${printed(second)}`);
}

function printed({ table, column }: JoinPredicate['left']): string {
  return `${table.replace(/^public\./, '')}.${column}`;
}

function buildGraph(
  nodes: readonly (readonly [TableName, Traffic])[],
  edges: readonly Pair[],
): UndirectedGraph {
  const graph = new UndirectedGraph();
  for (const [table] of nodes) graph.addNode(table);
  // An edge without weight would leave Louvain's method nothing to divide by.
  for (const { source, target, calls } of edges) if (calls > 0) graph.addEdge(source, target, { calls });
  return graph;
}
