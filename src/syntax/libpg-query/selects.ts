/** SELECT, VALUES, TABLE and set operations of PostgreSQL's parse tree → SelectStatement; WITH clauses for all statements. */
import type { Node, LockingClause as PgLocking, WithClause as PgWith, SelectStmt } from 'libpg-query';
import { type GroupingElement, groupBy } from '../build.js';
import type {
  Cte,
  DataStatement,
  LockingClause,
  SelectBody,
  SelectCore,
  SelectStatement,
  WithClause,
} from '../tree.js';
import { exprs, optionalExpr, outputItems, sortKeys, windowSpec } from './clauses.js';
import { bodyOf, itemsOf, strings, type Translation, tagOf } from './nodes.js';
import { fromItems } from './relations.js';

/** How the statement inside a CTE is translated: it may be any data statement. */
export type TranslateData = (node: Node | undefined, t: Translation) => DataStatement;

export function selectStatement(select: SelectStmt, t: Translation, data: TranslateData): SelectStatement {
  const limit = select.limitCount;
  const unlimited = limit === undefined || bodyOf(limit, 'A_Const')?.isnull === true;
  return {
    kind: 'select',
    ...withClause(select.withClause, t, data),
    body: selectBody(select, t),
    orderBy: sortKeys(select.sortClause, t),
    ...(unlimited ? {} : { limit: t.expr(limit, t) }),
    ...(select.limitOffset === undefined ? {} : { offset: t.expr(select.limitOffset, t) }),
    withTies: select.limitOption === 'LIMIT_OPTION_WITH_TIES',
    locking: (select.lockingClause ?? []).map((node) => lockingClause(bodyOf(node, 'LockingClause') ?? {})),
  };
}

export function withClause(
  clause: PgWith | undefined,
  t: Translation,
  data: TranslateData,
): { readonly with?: WithClause } {
  if (clause === undefined) return {};
  const ctes = (clause.ctes ?? []).map((node): Cte => {
    const cte = bodyOf(node, 'CommonTableExpr') ?? {};
    return {
      name: cte.ctename ?? '',
      columns: strings(cte.aliascolnames),
      statement: data(cte.ctequery, t),
      materialized: cte.ctematerialized === 'CTEMaterializeAlways',
      ...(cte.search_clause === undefined && cte.cycle_clause === undefined
        ? {}
        : { addsColumns: true as const }),
    };
  });
  return { with: { recursive: clause.recursive === true, ctes } };
}

const operations = { SETOP_UNION: 'union', SETOP_INTERSECT: 'intersect', SETOP_EXCEPT: 'except' } as const;

function selectBody(select: SelectStmt, t: Translation): SelectBody {
  if (select.op !== undefined && select.op !== 'SETOP_NONE') {
    return {
      kind: 'setOperation',
      operation: operations[select.op],
      all: select.all === true,
      left: t.select(select.larg ?? {}, t),
      right: t.select(select.rarg ?? {}, t),
    };
  }
  if (select.valuesLists !== undefined && select.valuesLists.length > 0) {
    return { kind: 'values', rows: select.valuesLists.map((row) => exprs(itemsOf(row), t)) };
  }
  return selectCore(select, t);
}

function selectCore(select: SelectStmt, t: Translation): SelectCore {
  // Plain DISTINCT is a list of one empty node, DISTINCT ON a list of expressions.
  const distinct = select.distinctClause ?? [];
  const distinctOn = distinct.filter((node) => tagOf(node) !== '');
  const where = optionalExpr(select.whereClause, t);
  const having = optionalExpr(select.havingClause, t);
  return {
    kind: 'core',
    distinct: distinct.length > 0 && distinctOn.length === 0,
    distinctOn: exprs(distinctOn, t),
    output: outputItems(select.targetList, t),
    from: fromItems(select.fromClause, t),
    ...(where === undefined ? {} : { where }),
    ...(select.groupClause === undefined
      ? {}
      : { groupBy: groupBy(select.groupClause.map((node) => groupingElement(node, t))) }),
    ...(having === undefined ? {} : { having }),
    windows: (select.windowClause ?? []).map((node) => {
      const { name = '', ...window } = bodyOf(node, 'WindowDef') ?? {};
      return { name, spec: windowSpec(window, t) };
    }),
  };
}

function groupingElement(node: Node, t: Translation): GroupingElement {
  const set = bodyOf(node, 'GroupingSet');
  if (set === undefined) {
    // GROUP BY (a, b) is a list of two, not a row.
    const row = bodyOf(node, 'RowExpr');
    if (row?.row_format === 'COERCE_IMPLICIT_CAST') return { kind: 'expressions', exprs: exprs(row.args, t) };
    return { kind: 'expressions', exprs: [t.expr(node, t)] };
  }
  const elements = (set.content ?? []).map((element) => groupingElement(element, t));
  switch (set.kind) {
    case 'GROUPING_SET_ROLLUP':
      return { kind: 'rollup', elements };
    case 'GROUPING_SET_CUBE':
      return { kind: 'cube', elements };
    case 'GROUPING_SET_SETS':
      return { kind: 'sets', elements };
    default:
      return { kind: 'expressions', exprs: [] };
  }
}

const lockStrengths: Readonly<Record<string, LockingClause['strength']>> = {
  LCS_FORUPDATE: 'update',
  LCS_FORNOKEYUPDATE: 'noKeyUpdate',
  LCS_FORSHARE: 'share',
  LCS_FORKEYSHARE: 'keyShare',
};

function lockingClause(clause: PgLocking): LockingClause {
  return {
    strength: lockStrengths[clause.strength ?? ''] ?? 'update',
    of: (clause.lockedRels ?? []).map((node) => bodyOf(node, 'RangeVar')?.relname ?? ''),
    skipLocked: clause.waitPolicy === 'LockWaitSkip',
  };
}
