/**
 * How many rows each table gets. In production tables differ a thousandfold, and a rehearsal wants some rows of each: sizes
 * follow the square root of the statistics' row counts. Scale 1 is about 10,000 rows in all.
 */

import type { Catalog } from '../model/index.js';
import type { LabTable } from './describe.js';

const rowsAtScaleOne = 10_000;
const fewest = 12;

export function sizesOf(
  tables: readonly LabTable[],
  catalog: Catalog | undefined,
  scale: number,
): ReadonlyMap<string, number> {
  const known = tables.map(({ name }) => catalog?.tables.get(name)?.statistics?.rowCount);
  const roots = known.flatMap((rows) => (rows === undefined ? [] : [Math.sqrt(rows)])).sort((a, b) => a - b);
  const usual = roots[Math.floor(roots.length / 2)] ?? 1;
  const weights = known.map((rows) => (rows === undefined ? usual : Math.sqrt(rows)));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  return new Map(
    tables.map(({ name }, at) => {
      const rows = Math.round((rowsAtScaleOne * scale * (weights[at] as number)) / total);
      return [name, Math.min(Math.max(rows, fewest), Math.max(1, known[at] ?? Number.POSITIVE_INFINITY))];
    }),
  );
}
