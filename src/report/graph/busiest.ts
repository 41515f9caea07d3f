/** The part of a co-access graph that a picture can hold: the busiest tables and what lies between them. */

import { byCodeUnit, type CoAccessGraph, type GraphNode } from '../../model/index.js';

export interface Busiest {
  readonly graph: CoAccessGraph;
  readonly tablesLeftOut: number;
  /** Between tables that are there and ones that are not, or among these. */
  readonly edgesLeftOut: number;
}

/** Nodes stay in name order. */
export function busiest({ nodes, edges }: CoAccessGraph, most: number): Busiest {
  const kept = new Set([...nodes].sort(byTraffic).slice(0, most));
  const names = new Set([...kept].map(({ table }) => table));
  const between = edges.filter(({ source, target }) => names.has(source) && names.has(target));
  return {
    graph: { nodes: nodes.filter((node) => kept.has(node)), edges: between },
    tablesLeftOut: nodes.length - kept.size,
    edgesLeftOut: edges.length - between.length,
  };
}

function byTraffic(a: GraphNode, b: GraphNode): number {
  return b.reads + b.writes - (a.reads + a.writes) || byCodeUnit(a.table, b.table);
}
