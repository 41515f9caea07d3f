/** A made-up analysis of as many tables and statements as the page has to bear. */

import type { AnalysisResult, Placement, StatementReport, TableReport } from '../../src/model/index.js';
import { sample } from '../report/sample.js';

const EACH_GROUP = 12;

export function bigAnalysis(tables: number, statements: number): AnalysisResult {
  const names = Array.from({ length: tables }, (_, at) => `public.t${String(at).padStart(5, '0')}`);
  const placements = new Map(names.map((name, at) => [name, placementAt(at)]));
  const [example] = sample.tables;
  return {
    ...sample,
    plan: { ...sample.plan, tables: placements },
    tables: names.map(
      (name, at): TableReport => ({
        ...(example as TableReport),
        name,
        placement: placementAt(at),
        calls: 1_000_000 / (at + 1),
      }),
    ),
    statements: Array.from({ length: statements }, (_, at) => statementAt(at, names)),
    graph: {
      nodes: names.map((table, at) => ({
        table,
        reads: 1_000_000 / (at + 1),
        writes: at,
        community: Math.floor(at / EACH_GROUP),
      })),
      edges: names.flatMap((source, at) => {
        const target = names[at + 1];
        if (target === undefined || at % EACH_GROUP === EACH_GROUP - 1) return [];
        return [{ source, target, calls: 1000 - (at % 1000), predicates: [`${source}.id = ${target}.id`] }];
      }),
    },
  };
}

function placementAt(at: number): Placement {
  if (at % EACH_GROUP === 0) return { placement: 'global' };
  return {
    placement: 'sharded',
    key: 'tenant_id',
    group: `public.tenants_${Math.floor(at / EACH_GROUP)}.id`,
  };
}

function statementAt(at: number, names: readonly string[]): StatementReport {
  const [example] = sample.statements;
  const table = names[at % names.length] as string;
  return {
    ...(example as StatementReport),
    id: `s${at}`,
    text: `SELECT a, b, c FROM ${table} WHERE tenant_id = $1 AND kind_${at} = $2`,
    weight: 60_000 - at,
    verdict: {
      verdict: at % 5 === 0 ? 'scatter' : 'single-shard',
      tables: [table],
      because: [`because ${at}`],
    },
  };
}
