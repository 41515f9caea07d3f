/**
 * Where each table of a co-access graph lies in a picture: each connected part by ForceAtlas2 (M. Jacomy et al., 2014), from
 * places that communities decide, so that the same graph gives the same picture; then the parts side by side.
 */

import { UndirectedGraph } from 'graphology';
import * as forceAtlas2Module from 'graphology-layout-forceatlas2';
import type { CoAccessGraph, GraphEdge, GraphNode, TableName } from '../model/index.js';
import { seededRandom } from './random.js';
import { type Disc, moveApart, type Point, packed, turnedFlat } from './room.js';

// A CommonJS package whose types speak of a default export: its function arrives as `default`.
const forceAtlas2 = forceAtlas2Module.default as unknown as typeof forceAtlas2Module.default.default;

const SEED = 20_260_102;
/** Coordinates are whole numbers from 0 to this. */
const LAYOUT_SIZE = 10_000;

/** By table. */
export function layoutOf(coAccess: CoAccessGraph): ReadonlyMap<TableName, Point> {
  const parts = partsOf(coAccess).map((part) => moveApart(turnedFlat(laidOut(part, coAccess.nodes.length))));
  return scaled(packed(parts));
}

interface Part {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Connected parts, the largest first, then by their first table. */
function partsOf({ nodes, edges }: CoAccessGraph): readonly Part[] {
  const partOf = new Map(nodes.map(({ table }) => [table, table]));
  const rootOf = (table: TableName): TableName => {
    const above = partOf.get(table) ?? table;
    if (above === table) return table;
    const root = rootOf(above);
    partOf.set(table, root);
    return root;
  };
  for (const { source, target } of edges) partOf.set(rootOf(source), rootOf(target));
  const parts = new Map<TableName, { nodes: GraphNode[]; edges: GraphEdge[] }>();
  for (const node of nodes) {
    const root = rootOf(node.table);
    const part = parts.get(root) ?? { nodes: [], edges: [] };
    parts.set(root, part);
    part.nodes.push(node);
  }
  for (const edge of edges) parts.get(rootOf(edge.source))?.edges.push(edge);
  // Sorting keeps equals in the order of their first tables.
  return [...parts.values()].sort((a, b) => b.nodes.length - a.nodes.length);
}

function laidOut({ nodes, edges }: Part, all: number): readonly Disc[] {
  const graph = new UndirectedGraph();
  const random = seededRandom(SEED);
  for (const { table, community } of nodes) {
    const { x, y } = spiral(community);
    graph.addNode(table, { x: x + random() - 0.5, y: y + random() - 0.5 });
  }
  const strength = strengthsOf(edges);
  for (const edge of edges) {
    // A pair that is much of what both do draws them together; a lookup table that everybody reads draws nobody.
    const whole = Math.sqrt((strength.get(edge.source) ?? 1) * (strength.get(edge.target) ?? 1));
    graph.addEdge(edge.source, edge.target, { weight: 0.02 + (5 * trafficOf(edge)) / whole });
  }
  if (graph.size > 0) {
    forceAtlas2.assign(graph, {
      iterations: 400,
      getEdgeWeight: 'weight',
      settings: {
        barnesHutOptimize: graph.order > 300,
        edgeWeightInfluence: 1,
        gravity: 1,
        scalingRatio: 10,
        linLogMode: true,
        slowDown: 1 + Math.log(graph.order),
      },
    });
  }
  return roomy(graph, nodes, all);
}

function trafficOf({ calls, transactions = 0 }: GraphEdge): number {
  return Math.log1p(calls + transactions);
}

function strengthsOf(edges: readonly GraphEdge[]): ReadonlyMap<TableName, number> {
  const sums = new Map<TableName, number>();
  for (const edge of edges) {
    for (const end of [edge.source, edge.target]) sums.set(end, (sums.get(end) ?? 1) + trafficOf(edge));
  }
  return sums;
}

/** Scaled so that the discs, each as large as its calls, cover a fixed part of the picture. */
function roomy(graph: UndirectedGraph, nodes: readonly GraphNode[], all: number): readonly Disc[] {
  const most = nodes.reduce((high, { reads, writes }) => Math.max(high, reads + writes), 1);
  const discs = nodes.map(({ table, reads, writes }) => ({
    table,
    radius: (all > 300 ? 6 : 12) + 16 * Math.sqrt((reads + writes) / most),
    x: graph.getNodeAttribute(table, 'x') as number,
    y: graph.getNodeAttribute(table, 'y') as number,
  }));
  const [cx, cy] = [mean(discs.map(({ x }) => x)), mean(discs.map(({ y }) => y))];
  const reach = Math.max(1e-9, mean(discs.map(({ x, y }) => Math.hypot(x - cx, y - cy))));
  const wanted = 1.4 * Math.sqrt(discs.reduce((sum, { radius }) => sum + radius * radius, 0));
  const scale = discs.length === 1 ? 0 : wanted / reach;
  return discs.map((disc) => ({ ...disc, x: (disc.x - cx) * scale, y: (disc.y - cy) * scale }));
}

/** Communities along a sunflower's spiral: apart, but none far away. */
function spiral(place: number): Point {
  const angle = place * Math.PI * (3 - Math.sqrt(5));
  const radius = 4 * Math.sqrt(place);
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

function scaled(discs: readonly Disc[]): ReadonlyMap<TableName, Point> {
  const left = discs.reduce((low, { x }) => Math.min(low, x), Number.POSITIVE_INFINITY);
  const top = discs.reduce((low, { y }) => Math.min(low, y), Number.POSITIVE_INFINITY);
  const span = discs.reduce((high, { x, y }) => Math.max(high, x - left, y - top), 1e-9);
  const whole = (value: number) => Math.round((value / span) * LAYOUT_SIZE);
  return new Map(discs.map(({ table, x, y }) => [table, { x: whole(x - left), y: whole(y - top) }]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
