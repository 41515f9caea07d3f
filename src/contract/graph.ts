/** The JSON of `shardwright graph`: tables with their placement, and pairs that share statements. */

import { z } from 'zod';
import type { CoAccessGraph, GraphNode, PlacedGraph, Placement } from '../model/index.js';
import { countSchema, head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { printJson, rounded, without } from './json.js';

export const graphNodeSchema = z.looseObject({
  table: z.string(),
  reads: countSchema,
  writes: countSchema,
  community: z.int().min(0),
});

export const graphEdgeSchema = z.looseObject({
  source: z.string(),
  target: z.string(),
  calls: countSchema,
  /** Transactions of the log that touch both. */
  transactions: countSchema.optional(),
  predicates: z.array(z.string()),
});

export const graphSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('graph'),
    tool: toolSchema,
    nodes: z.array(
      graphNodeSchema.extend({
        placement: z.enum(['sharded', 'global', 'unsharded']).optional(),
        /** null when the table is not sharded. */
        key: z.string().nullable(),
        group: z.string().optional(),
      }),
    ),
    edges: z.array(graphEdgeSchema),
    /** Tables and pairs that --top left out. */
    leftOut: z.looseObject({ tables: countSchema, edges: countSchema }),
  })
  .meta({ title: 'shardwright graph --format json', description: 'Tables are schema.table, in name order.' });

export interface PrintedGraph extends PlacedGraph {
  readonly tablesLeftOut: number;
  readonly edgesLeftOut: number;
}

export function renderGraphJson(
  { graph, plan, tablesLeftOut, edgesLeftOut }: PrintedGraph,
  tool: Tool,
): string {
  const { nodes, edges } = coAccessJson(graph);
  return printJson({
    ...head('graph', tool),
    nodes: nodes.map((node) => ({ ...node, ...placementOf(plan.tables.get(node.table)) })),
    edges,
    leftOut: { tables: tablesLeftOut, edges: edgesLeftOut },
  });
}

export function coAccessJson({ nodes, edges }: CoAccessGraph) {
  return {
    nodes: nodes.map(({ table, reads, writes, community }: GraphNode) => ({
      table,
      reads: rounded(reads),
      writes: rounded(writes),
      community,
    })),
    edges: edges.map(({ source, target, calls, transactions, predicates }) =>
      without({ source, target, calls: rounded(calls), transactions, predicates }),
    ),
  };
}

function placementOf(placement: Placement | undefined) {
  if (placement === undefined) return { key: null };
  return placement.placement === 'sharded'
    ? { placement: placement.placement, key: placement.key, group: placement.group }
    : { placement: placement.placement, key: null };
}
