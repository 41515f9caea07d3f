/**
 * Subqueries that PostgreSQL plans apart from the query around them: scalar ones, EXISTS and IN anywhere but among the conditions
 * that all have to hold, and LATERAL ones with a clause that keeps them apart. A key that the query around them pins is not pinned
 * inside for a planner that looks at each by itself.
 */

import {
  type DataStatement,
  type Expr,
  exprChildren,
  type FromItem,
  type SelectStatement,
  walkStatements,
} from '../../syntax/index.js';
import { comparisonsIn, type KeyComparison } from './comparisons.js';

export interface ApartQuery {
  /** Bare names. */
  readonly tables: readonly string[];
  /** Inside it, exact ones by `=` alone. */
  readonly pinned: readonly KeyComparison[];
}

export function queriesApart(statement: DataStatement): readonly ApartQuery[] {
  const found: ApartQuery[] = [];
  walkStatements(statement, (one, exprs) => {
    const together = new Set(conditionsOf(one).flatMap(unitedQueries));
    const look = (expr: Expr): void => {
      if (expr.kind === 'subquery' && !together.has(expr)) found.push(apart(expr.query));
      for (const child of exprChildren(expr)) look(child);
    };
    for (const expr of exprs) look(expr);
    for (const item of fromOf(one)) addLateral(item, found);
  });
  return found;
}

function conditionsOf(one: DataStatement): readonly Expr[] {
  const where =
    one.kind === 'select'
      ? one.body.kind === 'core'
        ? one.body.where
        : undefined
      : one.kind === 'update' || one.kind === 'delete'
        ? one.where
        : undefined;
  return where === undefined ? [] : [where];
}

/** EXISTS and IN under AND and NOT become joins. */
function unitedQueries(expr: Expr): readonly Expr[] {
  if (expr.kind === 'and') return exprChildren(expr).flatMap(unitedQueries);
  const inner = expr.kind === 'not' ? exprChildren(expr) : [expr];
  return inner.filter((one) => one.kind === 'subquery' && (one.form === 'exists' || one.form === 'any'));
}

function fromOf(one: DataStatement): readonly FromItem[] {
  if (one.kind === 'select') return one.body.kind === 'core' ? one.body.from : [];
  if (one.kind === 'update') return one.from;
  return one.kind === 'delete' ? one.using : [];
}

function addLateral(item: FromItem, found: ApartQuery[]): void {
  if (item.kind === 'join') {
    addLateral(item.left, found);
    addLateral(item.right, found);
  }
  if (item.kind === 'derived' && item.lateral && staysApart(item.query)) found.push(apart(item.query));
}

function staysApart({ body, orderBy, limit, offset, locking }: SelectStatement): boolean {
  if (body.kind !== 'core' || limit !== undefined || offset !== undefined) return true;
  return (
    orderBy.length > 0 ||
    locking.length > 0 ||
    body.groupBy !== undefined ||
    body.having !== undefined ||
    body.distinctOn.length > 0 ||
    body.output.some(({ expr }) => expr.kind === 'call')
  );
}

function apart(query: SelectStatement): ApartQuery {
  const tables = new Set<string>();
  walkStatements(query, (one) => {
    const note = (item: FromItem): void => {
      if (item.kind === 'table') tables.add(item.name.at(-1) ?? '');
      if (item.kind === 'join') {
        note(item.left);
        note(item.right);
      }
    };
    for (const item of fromOf(one)) note(item);
  });
  return {
    tables: [...tables].sort(),
    pinned: comparisonsIn(query).filter(
      ({ operator, exact, optional }) => operator === '=' && exact && !optional,
    ),
  };
}
