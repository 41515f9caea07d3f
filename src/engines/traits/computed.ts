/** What a write computes in places where Citus wants the same value from every server, and whether a MERGE reads a table. */

import { madeAnewIn } from '../../sql/index.js';
import { type DataStatement, type Expr, walkExpr, walkStatements } from '../../syntax/index.js';

export interface ComputedTraits {
  /** DO UPDATE or RETURNING calls what need not give the same each time. */
  readonly conflictOrReturning: boolean;
  /** SET or WHERE of an UPDATE or DELETE calls what gives another value for every row; names of functions, sorted. */
  readonly calls: readonly string[];
  readonly mergesValues: boolean;
}

/** Bare names of what an UPDATE or DELETE calls where each row could get another value. */
export function computedIn(statement: DataStatement): ComputedTraits {
  let conflictOrReturning = false;
  let mergesValues = false;
  const calls = new Set<string>();
  walkStatements(statement, (one) => {
    if (one.kind === 'select') return;
    conflictOrReturning ||= one.returning.some(({ expr }) => madeAnewIn(expr) !== undefined);
    if (one.kind === 'insert' && one.onConflict?.action === 'update') {
      const { assignments, where } = one.onConflict;
      const exprs = [...assignments.map(({ value }) => value), ...(where === undefined ? [] : [where])];
      conflictOrReturning ||= exprs.some((expr) => madeAnewIn(expr) !== undefined);
    }
    if (one.kind === 'merge') mergesValues ||= one.source.kind !== 'table';
    if (one.kind === 'update') for (const { value } of one.assignments) noteCalls(value, calls);
    if ((one.kind === 'update' || one.kind === 'delete') && one.where !== undefined)
      noteCalls(one.where, calls);
  });
  return { conflictOrReturning, calls: [...calls].sort(), mergesValues };
}

function noteCalls(expr: Expr, calls: Set<string>): void {
  walkExpr(expr, (one) => {
    if (one.kind === 'call') calls.add(one.name.at(-1) ?? '');
  });
}
