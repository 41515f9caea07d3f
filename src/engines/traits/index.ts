/**
 * What the engines' planners look at in a statement beside what it needs: where columns are compared with constants, whether or not
 * that pins anything, and the clauses that merging depends on. Small, so that trees can be let go.
 */

import { madeAnew } from '../../sql/index.js';
import type { Expr, Statement } from '../../syntax/index.js';
import { type ApartQuery, queriesApart } from './apart.js';
import { type Aggregates, aggregatesOf, groupsByOther, type InsertTraits, insertTraits } from './clauses.js';
import { comparisonsIn, type KeyComparison } from './comparisons.js';
import { type ComputedTraits, computedIn } from './computed.js';
import { constantOf } from './constants.js';
import { postgresOnly } from './postgres-only.js';
import { relationsNamed } from './relations.js';
import { anyExpr, anyStatement, someExpr } from './search.js';

export type { KeyComparison } from './comparisons.js';

export interface Traits {
  readonly command: Statement['kind'];
  /** `prepare`, `declare cursor`, `copy`, …; `around`: a statement stands in it. */
  readonly utility?: { readonly command: string; readonly around: boolean };
  readonly comparisons: readonly KeyComparison[];
  /** Tables and views by their bare names, where the statement names them itself. */
  readonly relations: readonly string[];
  readonly insert?: InsertTraits;
  /** A SELECT without FROM at the top, with subqueries in its output. */
  readonly onlySubqueries: boolean;
  /** UNION and the like at the top. */
  readonly setOperation: boolean;
  /** A CTE writes. */
  readonly writingCte: boolean;
  readonly recursive: boolean;
  readonly having: boolean;
  readonly groupingSets: boolean;
  readonly locking: boolean;
  /** Of the top. `plain`: count, sum, min, max or avg of all rows, each an output by itself. */
  readonly aggregates: Aggregates;
  /** GROUP BY something that is no column of the output. */
  readonly groupsByOther: boolean;
  /** ORDER BY something that is neither a column nor a position. */
  readonly ordersByOther: boolean;
  /** LIMIT or OFFSET is neither a number nor a parameter. */
  readonly limitComputed: boolean;
  readonly currentOf: boolean;
  /** What may come out otherwise where each copy of a table runs the statement by itself. */
  readonly madeAnew?: string;
  readonly apart: readonly ApartQuery[];
  readonly computed?: ComputedTraits;
  /** IS NOT DISTINCT FROM stands in it: to some planners that pins no key. */
  readonly nullSafe: boolean;
  /** What only PostgreSQL has, sorted. */
  readonly postgresOnly: readonly string[];
}

export function traitsOf(tree: Statement): Traits {
  const statement = tree.kind === 'utility' ? tree.inner : tree;
  const top = statement?.kind === 'select' && statement.body.kind === 'core' ? statement.body : undefined;
  const anew = statement === undefined ? undefined : madeAnew(statement);
  return {
    command: tree.kind,
    ...(tree.kind === 'utility'
      ? { utility: { command: tree.command, around: tree.inner !== undefined } }
      : {}),
    comparisons: statement === undefined ? [] : comparisonsIn(statement),
    relations: relationsNamed(tree),
    ...(statement?.kind === 'insert' ? { insert: insertTraits(statement) } : {}),
    onlySubqueries:
      top !== undefined &&
      top.from.length === 0 &&
      top.output.some(({ expr }) => someExpr(expr, (one) => one.kind === 'subquery')),
    setOperation: statement?.kind === 'select' && statement.body.kind === 'setOperation',
    writingCte: anyStatement(
      tree,
      (one) => one.with?.ctes.some(({ statement: inner }) => inner.kind !== 'select') === true,
    ),
    recursive: anyStatement(tree, (one) => one.with?.recursive === true),
    having: top?.having !== undefined,
    groupingSets: anyStatement(
      tree,
      (one) => one.kind === 'select' && one.body.kind === 'core' && (one.body.groupBy?.sets.length ?? 0) > 1,
    ),
    locking: anyStatement(tree, (one) => one.kind === 'select' && one.locking.length > 0),
    aggregates: top === undefined ? 'none' : aggregatesOf(top),
    groupsByOther: top !== undefined && groupsByOther(top),
    ordersByOther:
      statement?.kind === 'select' &&
      statement.orderBy.some((one) => !isColumn(one) && one.kind !== 'literal'),
    limitComputed:
      statement?.kind === 'select' &&
      [statement.limit, statement.offset].some((one) => one !== undefined && constantOf(one) === undefined),
    currentOf: anyStatement(tree, (one) => (one.kind === 'update' || one.kind === 'delete') && one.currentOf),
    ...(anew === undefined ? {} : { madeAnew: anew }),
    apart: statement === undefined ? [] : queriesApart(statement),
    ...(statement === undefined ? {} : { computed: computedIn(statement) }),
    nullSafe: anyExpr(tree, (one) => one.kind === 'distinctFrom' && one.negated),
    postgresOnly: postgresOnly(tree),
  };
}

function isColumn(expr: Expr): boolean {
  return expr.kind === 'column';
}
