/** What was measured and what was not: every row of the export is counted in one part. */

import {
  byCodeUnit,
  type Catalog,
  type Coverage,
  type CoveragePart,
  type Workload,
  type WorkloadStatement,
} from '../model/index.js';
import type { Judged } from './judged.js';
import type { UnreadStatement } from './read-statements.js';
import type { Sorted } from './sort-statements.js';

export function coverageOf(
  workload: Workload,
  sorted: Sorted,
  unread: readonly Judged[],
  catalog: Catalog,
): Coverage {
  const { setAside } = workload;
  const aside = Object.values(setAside).map(({ statements, counters }) => ({
    statements,
    calls: counters.calls,
    totalExecMs: counters.totalExecMs,
  }));
  const all = add([partOf(workload.statements), ...aside]);
  const cut = [...sorted.truncated, ...sorted.unparsed];
  return {
    ...all,
    timesKnown: workload.lacks?.includes('time') !== true,
    readable: partOf(sorted.application.map(({ source }) => source)),
    masked: add([asidePart(workload, 'masked'), asidePart(workload, 'noText')]),
    truncated: partOf(sorted.truncated.map(({ source }) => source)),
    unparsed: partOf(sorted.unparsed.map(({ source }) => source)),
    utility: partOf(sorted.utility),
    catalog: partOf([...sorted.catalogQueries, ...sorted.foreignKeyChecks]),
    nested: asidePart(workload, 'nested'),
    tableless: partOf(sorted.tableless),
    otherDatabase: asidePart(workload, 'otherDatabase'),
    evicted: workload.evictions,
    unreadable: cut.map(describe).sort((a, b) => b.calls - a.calls || byCodeUnit(a.id, b.id)),
    schemaUnreadable: catalog.unreadable,
    salvagedTables: salvaged(unread),
  };
}

function partOf(statements: readonly WorkloadStatement[]): CoveragePart {
  const sorted = [...statements].sort((a, b) => byCodeUnit(a.id, b.id));
  return {
    statements: statements.length,
    calls: sorted.reduce((sum, { counters }) => sum + counters.calls, 0),
    totalExecMs: sorted.reduce((sum, { counters }) => sum + counters.totalExecMs, 0),
  };
}

function asidePart(workload: Workload, reason: keyof Workload['setAside']): CoveragePart {
  const { statements, counters } = workload.setAside[reason];
  return { statements, calls: counters.calls, totalExecMs: counters.totalExecMs };
}

function add(parts: readonly CoveragePart[]): CoveragePart {
  return {
    statements: parts.reduce((sum, part) => sum + part.statements, 0),
    calls: parts.reduce((sum, part) => sum + part.calls, 0),
    totalExecMs: parts.reduce((sum, part) => sum + part.totalExecMs, 0),
  };
}

function describe({ source, reason }: UnreadStatement) {
  return { id: source.id, reason, calls: source.counters.calls, source: source.source };
}

function salvaged(unread: readonly Judged[]): Coverage['salvagedTables'] {
  const calls = new Map<string, number>();
  for (const { source, verdict } of unread) {
    for (const table of verdict.tables) calls.set(table, (calls.get(table) ?? 0) + source.counters.calls);
  }
  return [...calls].sort(([a], [b]) => byCodeUnit(a, b)).map(([table, count]) => ({ table, calls: count }));
}
