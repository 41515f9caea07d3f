/** An export's workload with the statements of query files beside it; or a workload of those alone. */

import { byCodeUnit, type SetAside, type Workload, type WorkloadStatement } from '../model/index.js';

export function withQueries(workload: Workload | undefined, queries: readonly WorkloadStatement[]): Workload {
  const whole = workload ?? nothingCounted;
  if (queries.length === 0) return whole;
  const statements = new Map(whole.statements.map((statement) => [statement.id, statement]));
  for (const query of queries) statements.set(query.id, together(statements.get(query.id), query));
  return { ...whole, statements: [...statements.values()].sort((a, b) => byCodeUnit(a.id, b.id)) };
}

/** What was counted keeps its counters, and gets the place where people can mend it. */
function together(counted: WorkloadStatement | undefined, query: WorkloadStatement): WorkloadStatement {
  if (counted === undefined) return query;
  const { source, label } = query;
  return { ...counted, source, ...(label === undefined ? {} : { label }) };
}

const noCounters = { calls: 0, totalExecMs: 0, rows: 0, walBytes: 0, blocksRead: 0, blocksHit: 0 };
const nobody: SetAside = { statements: 0, counters: noCounters };

const nothingCounted: Workload = {
  statements: [],
  setAside: { masked: nobody, noText: nobody, nested: nobody, otherDatabase: nobody },
  totals: { counters: { ...noCounters, tempBlocks: 0, planMs: 0, jitMs: 0 }, intervals: [], lacks: [] },
  evictions: 'unknown',
  window: { snapshots: 0, restarted: 0 },
  formats: ['sql'],
  notes: [],
};
