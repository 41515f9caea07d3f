/** SELECT, VALUES, UNION and WITH of pgsql-ast-parser's tree → SelectStatement. */
import type {
  Expr as AstExpr,
  SelectStatement as AstSelect,
  SelectedColumn,
  SelectFromStatement,
  SelectFromUnion,
} from 'pgsql-ast-parser';
import { type GroupingElement, groupBy } from '../build.js';
import type { Expr, LockingClause, OutputItem, SelectBody, SelectCore, SelectStatement } from '../tree.js';
import { sortKeys } from './calls.js';
import { isParenthesisedQuery, refuse, type Translation } from './context.js';
import { fromItems } from './relations.js';

export function selectStatement(
  node: Exclude<AstSelect, { type: 'with' | 'with recursive' }>,
  t: Translation,
): SelectStatement {
  switch (node.type) {
    case 'select':
      return { ...statementOf(selectCore(node, t)), ...endClauses(node, t) };
    case 'values':
      return statementOf({
        kind: 'values',
        rows: node.values.map((row) => row.map((cell) => t.expr(cell, t))),
      });
    case 'union':
    case 'union all':
      return unionStatement(node, t);
  }
}

function statementOf(body: SelectBody): SelectStatement {
  return { kind: 'select', body, orderBy: [], withTies: false, locking: [] };
}

function selectCore(node: SelectFromStatement, t: Translation): SelectCore {
  return {
    kind: 'core',
    distinct: node.distinct === 'distinct',
    distinctOn: Array.isArray(node.distinct) ? node.distinct.map((part) => t.expr(part, t)) : [],
    output: outputItems(node.columns, t),
    from: fromItems(node.from, t),
    ...(node.where ? { where: t.expr(node.where, t) } : {}),
    ...(node.groupBy ? { groupBy: groupBy(node.groupBy.map((part) => groupingElement(part, t))) } : {}),
    ...(node.having ? { having: t.expr(node.having, t) } : {}),
    windows: [],
  };
}

export function outputItems(
  columns: readonly SelectedColumn[] | null | undefined,
  t: Translation,
): readonly OutputItem[] {
  return (columns ?? []).map((column) => {
    const expr = t.expr(column.expr, t);
    return column.alias === undefined ? { expr } : { expr, alias: column.alias.name };
  });
}

/** ROLLUP and CUBE are calls to the parser, (a, b) is a row. */
function groupingElement(node: AstExpr, t: Translation): GroupingElement {
  if (node.type === 'list')
    return { kind: 'expressions', exprs: node.expressions.map((part) => t.expr(part, t)) };
  if (node.type === 'call' && node.function.schema === undefined) {
    const { name } = node.function;
    if (name === 'rollup' || name === 'cube') {
      return { kind: name, elements: node.args.map((part) => groupingElement(part, t)) };
    }
  }
  return { kind: 'expressions', exprs: [t.expr(node, t)] };
}

type EndClauses = Pick<SelectStatement, 'orderBy' | 'limit' | 'offset' | 'locking'>;

/** ORDER BY, LIMIT, OFFSET and FOR. */
function endClauses(node: SelectFromStatement, t: Translation): EndClauses {
  const limit = node.limit?.limit;
  const offset = node.limit?.offset;
  return {
    orderBy: sortKeys(node.orderBy, t),
    ...(limit && limit.type !== 'null' ? { limit: bound(limit, t) } : {}),
    ...(offset ? { offset: bound(offset, t) } : {}),
    locking: node.for === undefined ? [] : [lockingClause(node)],
  };
}

/** `FETCH FIRST ROW ONLY` is read as a limit by a column named first. */
function bound(node: AstExpr, t: Translation): Expr {
  if (node.type === 'ref') return refuse('a limit that is a column');
  return t.expr(node, t);
}

const lockStrengths = {
  update: 'update',
  'no key update': 'noKeyUpdate',
  share: 'share',
  'key share': 'keyShare',
} as const;

function lockingClause(node: SelectFromStatement): LockingClause {
  return {
    strength: lockStrengths[node.for?.type ?? 'update'],
    of: [],
    skipLocked: node.skip?.type === 'skip locked',
  };
}

interface Arm {
  readonly all: boolean;
  readonly select: AstSelect;
}

/**
 * The parser groups a chain of UNIONs to the right and gives the clauses at its end to the last arm, PostgreSQL groups it
 * to the left and gives them to the whole.
 */
function unionStatement(node: SelectFromUnion, t: Translation): SelectStatement {
  const arms = chainOf(node, t);
  const last = arms.at(-1)?.select;
  const open = last?.type === 'select' && !isParenthesisedQuery(last, undefined, t) ? last : undefined;
  const statements = arms.map(({ select }) => arm(select, select === open, t));
  const whole = statements.reduce((left, right, at) =>
    statementOf({ kind: 'setOperation', operation: 'union', all: arms[at]?.all === true, left, right }),
  );
  return open === undefined ? whole : { ...whole, ...endClauses(open, t) };
}

function chainOf(node: SelectFromUnion, t: Translation): readonly Arm[] {
  const arms: Arm[] = [{ all: false, select: node.left }];
  let rest: SelectFromUnion = node;
  for (;;) {
    const all = rest.type === 'union all';
    const { right } = rest;
    const isChain = right.type === 'union' || right.type === 'union all';
    if (!isChain || isEnclosed(right, t)) return [...arms, { all, select: right }];
    arms.push({ all, select: right.left });
    rest = right;
  }
}

/** `(a UNION b)`, not `(a) UNION b`. */
function isEnclosed(node: SelectFromUnion, t: Translation): boolean {
  return isParenthesisedQuery(node, node.left, t);
}

function arm(select: AstSelect, isOpenEnd: boolean, t: Translation): SelectStatement {
  if (select.type === 'select') {
    if (isOpenEnd) return statementOf(selectCore(select, t));
    const enclosed = isParenthesisedQuery(select, undefined, t);
    if (!enclosed && (select.orderBy || select.limit || select.for))
      return refuse('ORDER BY or LIMIT before UNION');
  }
  const withClause = select.type === 'with' || select.type === 'with recursive';
  if (withClause && !isParenthesisedQuery(select, undefined, t)) return refuse('WITH in an arm of UNION');
  return t.select(select, t);
}
