/** The known answers of the benchmarks, when their folder lies beside the project: from text to plan, nothing made up. */

import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { readSchema, readStatistics } from '../../src/catalog/index.js';
import type { Placement } from '../../src/model/index.js';
import {
  defaultSettings,
  exactCost,
  planProblem,
  type Solution,
  solvePlan,
  tableOptions,
  type WeightedQuery,
} from '../../src/planner/index.js';
import { classifyStatement, costOf, costOfVerdict, defaultCosts } from '../../src/routability/index.js';
import { resolveStatement } from '../../src/sql/index.js';
import { loadReader } from '../../src/syntax/index.js';

const corpora = new URL('../../../shared/corpora/', import.meta.url);

interface Truth {
  readonly tables: Readonly<
    Record<
      string,
      { readonly kind: string; readonly shard_key: string | null; readonly also?: readonly string[] }
    >
  >;
}

async function planCorpus(name: string) {
  const read = (file: string): string => readFileSync(new URL(`${name}/${file}`, corpora), 'utf8');
  const schema = await readSchema([{ file: 'schema.sql', text: read('schema.sql') }]);
  const { catalog } = readStatistics([{ file: 'stats.csv', text: read('stats.csv') }], schema);
  const reader = await loadReader('libpg-query');
  const readSql = (text: string) => {
    const result = reader.read(text);
    return result.ok ? result.statement : undefined;
  };
  const rows: Record<string, string>[] = parse(read('export.csv'), { columns: true });
  const queries = rows.flatMap((row, at): WeightedQuery[] => {
    const statement = readSql(row.query ?? '');
    if (statement === undefined) return [];
    const query = resolveStatement(statement, catalog, { readSql });
    if (query.systemOnly || query.tables.length === 0) return [];
    return [{ id: String(at), query, calls: Number(row.calls), totalExecMs: Number(row.total_exec_time) }];
  });
  const tables = tableOptions(catalog, queries, defaultSettings);
  const costs = queries.map(({ id, query, calls }) =>
    costOf(query, tables.options, defaultCosts(16), id, calls),
  );
  const solution = await solvePlan(
    planProblem({ catalog, queries, options: tables.options, costs, settings: defaultSettings }),
  );
  return { queries, tables, costs, solution };
}

function keyOf(solution: Solution, table: string): string {
  const placement = solution.placements.get(`public.${table}`) as Placement;
  return placement.placement === 'sharded' ? placement.key : placement.placement;
}

// The corpora are not part of the project: without them there is nothing to compare with.
describe.skipIf(!existsSync(corpora))('published shardings', () => {
  it.each(['tpcc', 'tatp', 'smallbank', 'voter', 'ycsb'])('%s', async (name) => {
    const { queries, tables, costs, solution } = await planCorpus(name);
    const truth: Truth = JSON.parse(readFileSync(new URL(`${name}/truth.json`, corpora), 'utf8'));
    for (const [table, { shard_key, also }] of Object.entries(truth.tables)) {
      expect([shard_key ?? 'global', ...(also ?? [])], table).toContain(keyOf(solution, table));
    }
    expect(solution).toMatchObject({ status: 'optimal', gap: 0 });
    const reclassified = queries.reduce(
      (sum, { query, calls }) =>
        sum + calls * costOfVerdict(classifyStatement(query, solution.placements), defaultCosts(16)),
      0,
    );
    expect(reclassified).toBe(solution.cost);
    expect(exactCost(costs, solution.placements, tables.options).cost).toBe(solution.cost);
  });
});
