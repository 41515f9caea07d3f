/** Which tables statements touch together: communities, or groups of the plan, as clusters; calls on the edges. */

import {
  byCodeUnit,
  type GraphEdge,
  type GraphNode,
  type NameOf,
  namesAmong,
  type PlacedGraph,
  type Placement,
} from '../../model/index.js';
import { count } from '../numbers.js';
import { clean } from '../words.js';
import type { Diagram, DiagramLook } from './diagram.js';

export interface CoAccessDiagram {
  readonly diagram: Diagram;
  /** Edges that are left out for being the lightest. */
  readonly leftOut: number;
}

/** Edges of at least this part of the heaviest one are drawn thick. */
const THICK = 0.25;

export function coAccessDiagram(
  { graph, plan }: PlacedGraph,
  mostEdges = Number.POSITIVE_INFINITY,
  by: 'community' | 'group' = 'community',
): CoAccessDiagram {
  const short = namesAmong(plan.tables.keys());
  const clusterOf = ({ table, community }: GraphNode): string =>
    by === 'community' ? `community ${community + 1}` : groupLabel(plan.tables.get(table), short);
  const byCalls = [...graph.edges].sort(
    (a, b) => weightOf(b) - weightOf(a) || byCodeUnit(a.source, b.source) || byCodeUnit(a.target, b.target),
  );
  const drawn = byCalls.slice(0, mostEdges);
  const heaviest = byCalls[0] === undefined ? 0 : weightOf(byCalls[0]);
  const clusters = [...new Set([...graph.nodes].sort((a, b) => a.community - b.community).map(clusterOf))];
  return {
    leftOut: byCalls.length - drawn.length,
    diagram: {
      direction: 'LR',
      directed: false,
      clusters: clusters.map((label) => ({
        label,
        nodes: graph.nodes
          .filter((node) => clusterOf(node) === label)
          .map(({ table }) => ({
            id: table,
            label: [clean(short(table)), placed(plan.tables.get(table))],
            look: lookOf(plan.tables.get(table)),
          })),
      })),
      edges: drawn.map((edge) => ({
        from: edge.source,
        to: edge.target,
        label: count(weightOf(edge)),
        stroke: weightOf(edge) >= THICK * heaviest ? 'thick' : 'thin',
      })),
    },
  };
}

/** Tables that only transactions of a log bring together have no calls of a statement. */
function weightOf({ calls, transactions }: GraphEdge): number {
  return calls > 0 ? calls : (transactions ?? 0);
}

function groupLabel(placement: Placement | undefined, short: NameOf): string {
  if (placement?.placement !== 'sharded') return placement?.placement ?? 'not placed';
  return `beside ${clean(short(placement.group))}`;
}

function placed(placement: Placement | undefined): string {
  if (placement === undefined) return 'not placed';
  return placement.placement === 'sharded' ? `by ${clean(placement.key)}` : placement.placement;
}

function lookOf(placement: Placement | undefined): DiagramLook {
  return placement?.placement ?? 'plain';
}
