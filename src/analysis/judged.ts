/** Statements with their facts, and later with their verdicts. */

import { lookupTable, resolveParent } from '../catalog/index.js';
import type { Catalog, Query, TableName, Verdict, Weight, WorkloadStatement } from '../model/index.js';
import { salvageTables } from '../syntax/index.js';
import type { UnreadStatement } from './read-statements.js';

export interface Resolved {
  readonly source: WorkloadStatement;
  readonly query: Query;
}

export interface Judged {
  readonly source: WorkloadStatement;
  readonly weight: number;
  readonly verdict: Verdict;
  /** Absent for a statement that could not be read. */
  readonly query?: Query;
}

/** The weight that plans are made for. */
export function weightOf({ counters }: WorkloadStatement, weight: Weight): number {
  switch (weight) {
    case 'calls':
      return counters.calls;
    case 'time':
      // In 1024ths of a millisecond: sums of them are exact, in any order.
      return Math.round(counters.totalExecMs * 1024) / 1024;
    case 'rows':
      return counters.rows;
  }
}

/** A statement that cannot be read is worth its table names: it counts as unknown. */
export function judgeUnread({ source, reason }: UnreadStatement, catalog: Catalog, weight: Weight): Judged {
  const tables = salvageTables(source.text).flatMap((path) => {
    const table = lookupTable(catalog, path);
    return table === undefined ? [] : [resolveParent(catalog, table.name)];
  });
  return { source, weight: weightOf(source, weight), verdict: unreadVerdict(reason, tables) };
}

export function unreadVerdict(reason: string, tables: readonly TableName[] = []): Verdict {
  return {
    verdict: 'unknown',
    tables: [...new Set(tables)].sort(),
    because: [reason],
    blocker: 'unreadable',
  };
}
