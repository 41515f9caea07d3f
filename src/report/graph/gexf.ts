/** The co-access graph as GEXF, which Gephi reads: places, sizes and colours of its own, and all figures as attributes. */

import { UndirectedGraph } from 'graphology';
import { write } from 'graphology-gexf';
import { namesAmong, type PlacedGraph, type Placement, type TableName } from '../../model/index.js';
import { clean } from '../words.js';
import { busiest } from './busiest.js';

export interface GexfOptions {
  readonly top: number;
  readonly positions: ReadonlyMap<TableName, { readonly x: number; readonly y: number }>;
}

const colours: Readonly<Record<Placement['placement'], string>> = {
  sharded: '#1a6fb8',
  global: '#a3aab1',
  unsharded: '#23282d',
};

/** Names may hold what XML cannot, so nodes are numbered and labels cleaned. */
export function graphGexf({ graph: coAccess, plan }: PlacedGraph, { top, positions }: GexfOptions): string {
  const { nodes, edges } = busiest(coAccess, top).graph;
  const short = namesAmong(plan.tables.keys());
  const graph = new UndirectedGraph();
  const idOf = new Map(nodes.map(({ table }, at) => [table, `n${at}`]));
  const most = Math.max(1, ...nodes.map(({ reads, writes }) => reads + writes));
  for (const { table, reads, writes, community } of nodes) {
    const placement = plan.tables.get(table);
    graph.addNode(idOf.get(table), {
      label: clean(short(table)),
      table: clean(table),
      placement: placement?.placement ?? 'none',
      key: placement?.placement === 'sharded' ? clean(placement.key) : '',
      group: placement?.placement === 'sharded' ? clean(placement.group) : '',
      community: community + 1,
      reads,
      writes,
      ...positions.get(table),
      size: 4 + 16 * Math.sqrt((reads + writes) / most),
      color: colours[placement?.placement ?? 'sharded'],
    });
  }
  for (const [at, { source, target, calls, transactions, predicates }] of edges.entries()) {
    graph.addEdgeWithKey(`e${at}`, idOf.get(source), idOf.get(target), {
      weight: calls,
      calls,
      ...(transactions === undefined ? {} : { transactions }),
      joins: predicates.map(clean).join('; '),
    });
  }
  return `${write(graph, { version: '1.3' })}\n`;
}
