/** The parts of the decision put together. */

import type { DecisionReport, Query, Score, StatementReport, Workload } from '../model/index.js';
import { figuresOf, lacks } from './figures.js';
import { growthOf } from './growth.js';
import { heaviestBy, writtenTables } from './heaviest.js';
import { type LeverInput, leversOf } from './levers.js';
import { ruleOf } from './rule.js';

export interface DecisionInput extends Pick<LeverInput, 'tables' | 'graph' | 'catalog'> {
  readonly workload: Workload;
  readonly score: Score;
  /** Heaviest first. */
  readonly statements: readonly StatementReport[];
  /** Facts of the statements that could be read, by id. */
  readonly queries: ReadonlyMap<string, Query>;
}

export function decisionOf(input: DecisionInput): DecisionReport {
  const { workload, statements, queries, tables, graph, catalog, score } = input;
  const ran = statements.map((report) => {
    const query = queries.get(report.id);
    return query === undefined ? { report } : { report, query };
  });
  const { counters } = workload.totals;
  const byTime = heaviestBy(ran, ({ report }) => report.counters.totalExecMs, counters.totalExecMs, workload);
  const { growth, why } = growthOf(workload);
  return {
    figures: figuresOf(workload),
    byTime,
    byWal: lacks(workload, 'wal')
      ? []
      : heaviestBy(ran, ({ report }) => report.counters.walBytes, counters.walBytes, workload),
    writtenTables: writtenTables(ran, workload),
    growth,
    ...(why === undefined ? {} : { growthUnknown: why }),
    levers: leversOf({ workload, ran, byTime, tables, graph, catalog }),
    rule: ruleOf(score, statements),
  };
}
