/**
 * Communities of tables that are used together, by Louvain's method (V. Blondel et al., "Fast unfolding of communities in
 * large networks", 2008). Seeded, and fed in name order, since both would change the answer otherwise.
 */

import type { UndirectedGraph } from 'graphology';
import * as louvainModule from 'graphology-communities-louvain';
import type { TableName } from '../model/index.js';
import { seededRandom } from './random.js';

// A CommonJS package whose types speak of a default export: its function arrives as `default`.
const louvain = louvainModule.default as unknown as typeof louvainModule.default.default;

const SEED = 20_260_101;

/** Community of each table, numbered from 0 in the order of their first tables. */
export function communitiesOf(
  graph: UndirectedGraph,
  weightAttribute: string,
): ReadonlyMap<TableName, number> {
  const tables = [...graph.nodes()].sort();
  const found =
    graph.size === 0 ? {} : louvain(graph, { getEdgeWeight: weightAttribute, rng: seededRandom(SEED) });
  const numbers = new Map<string, number>();
  return new Map(
    tables.map((table) => {
      // A table that is used with no other is a community of its own.
      const label = graph.degree(table) === 0 ? table : `#${found[table]}`;
      const number = numbers.get(label) ?? numbers.size;
      numbers.set(label, number);
      return [table, number];
    }),
  );
}
