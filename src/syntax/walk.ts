/**
 * Ways through the neutral tree: the children of an expression, every expression below one, and every subquery and
 * relation of a statement. Nothing is left out: what these functions do not reach, the tree does not hold.
 */
import type {
  Assignment,
  CallExpr,
  DataStatement,
  Expr,
  FromItem,
  SelectBody,
  SelectCore,
  SelectStatement,
  Statement,
  WindowSpec,
  WithClause,
} from './tree.js';

const none: readonly Expr[] = [];

/** The expressions directly below one, the parts of a subquery's statement not included (its left operand is). */
export function exprChildren(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'column':
    case 'star':
    case 'param':
    case 'literal':
      return none;
    case 'cast':
    case 'not':
    case 'nullTest':
    case 'booleanTest':
    case 'collate':
      return [expr.arg];
    case 'operator':
      return expr.left === undefined ? [expr.right] : [expr.left, expr.right];
    case 'and':
    case 'or':
    case 'other':
      return expr.args;
    case 'distinctFrom':
      return [expr.left, expr.right];
    case 'between':
      return [expr.arg, expr.low, expr.high];
    case 'inList':
      return [expr.arg, ...expr.items];
    case 'quantified':
      return [expr.left, expr.array];
    case 'row':
    case 'array':
      return expr.items;
    case 'call':
      return callChildren(expr);
    case 'subquery':
      return expr.test === undefined ? [] : [expr.test];
  }
}

function callChildren(call: CallExpr): readonly Expr[] {
  return [
    ...call.args,
    ...(call.filter === undefined ? [] : [call.filter]),
    ...call.orderBy,
    ...(call.over === undefined ? [] : windowChildren(call.over)),
  ];
}

function windowChildren(window: WindowSpec): readonly Expr[] {
  return [...window.partitionBy, ...window.orderBy];
}

/** Calls `visit` for the expression and all below it, outermost first, without entering subqueries. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of exprChildren(expr)) walkExpr(child, visit);
}

/** The subqueries in an expression, left to right; those inside these subqueries are not among them. */
export function selectsInside(expr: Expr): readonly SelectStatement[] {
  const found: SelectStatement[] = [];
  addSelects(expr, found);
  return found;
}

function addSelects(expr: Expr, found: SelectStatement[]): void {
  if (expr.kind === 'subquery') found.push(expr.query);
  for (const child of exprChildren(expr)) addSelects(child, found);
}

export function holdsSubquery(expr: Expr): boolean {
  return expr.kind === 'subquery' || exprChildren(expr).some(holdsSubquery);
}

/** The expressions that a statement holds itself: of all its clauses, not of its CTEs, subqueries or derived tables. */
export function statementExprs(statement: DataStatement): readonly Expr[] {
  switch (statement.kind) {
    case 'select': {
      const exprs = bodyExprs(statement.body);
      exprs.push(...statement.orderBy, ...present(statement.limit, statement.offset));
      return exprs;
    }
    case 'insert':
      return [
        ...(statement.onConflict === undefined
          ? []
          : [
              ...statement.onConflict.targetColumns,
              ...assignedExprs(statement.onConflict.assignments),
              ...present(statement.onConflict.where),
            ]),
        ...statement.returning.map((item) => item.expr),
      ];
    case 'update':
      return [
        ...assignedExprs(statement.assignments),
        ...statement.from.flatMap(fromExprs),
        ...present(statement.where),
        ...statement.returning.map((item) => item.expr),
      ];
    case 'delete':
      return [
        ...statement.using.flatMap(fromExprs),
        ...present(statement.where),
        ...statement.returning.map((item) => item.expr),
      ];
    case 'merge':
      return [
        ...fromExprs(statement.source),
        statement.on,
        ...statement.actions.flatMap((action) => [
          ...present(action.condition),
          ...(action.values ?? []),
          ...assignedExprs(action.assignments),
        ]),
        ...statement.returning.map((item) => item.expr),
      ];
  }
}

/** A list of its own: to be added to. */
function bodyExprs(body: SelectBody): Expr[] {
  switch (body.kind) {
    case 'setOperation':
      return [];
    case 'values':
      return body.rows.flat();
    case 'core':
      return coreExprs(body);
  }
}

/** One after the other: most of them are columns listed, in nearly every statement. */
function coreExprs(core: SelectCore): Expr[] {
  const exprs: Expr[] = [...core.distinctOn];
  for (const { expr } of core.output) exprs.push(expr);
  for (const item of core.from) exprs.push(...fromExprs(item));
  if (core.where !== undefined) exprs.push(core.where);
  if (core.groupBy !== undefined) exprs.push(...core.groupBy.sets.flat());
  if (core.having !== undefined) exprs.push(core.having);
  for (const { spec } of core.windows) exprs.push(...windowChildren(spec));
  return exprs;
}

/** Join conditions and function calls of a FROM item. */
function fromExprs(item: FromItem): readonly Expr[] {
  switch (item.kind) {
    case 'table':
    case 'derived':
      return [];
    case 'function':
      return item.calls;
    case 'join':
      return [...fromExprs(item.left), ...fromExprs(item.right), ...present(item.on)];
  }
}

/** The selects of FROM items, joined ones included. */
function derivedSelects(item: FromItem): readonly SelectStatement[] {
  switch (item.kind) {
    case 'table':
    case 'function':
      return [];
    case 'derived':
      return [item.query];
    case 'join':
      return [...derivedSelects(item.left), ...derivedSelects(item.right)];
  }
}

/** The statements directly inside one: CTEs, arms of a set operation, derived tables, an INSERT's source, subqueries. */
export function innerStatements(statement: DataStatement): readonly DataStatement[] {
  return statementsIn(statement, statementExprs(statement));
}

function statementsIn(statement: DataStatement, exprs: readonly Expr[]): readonly DataStatement[] {
  const subqueries: SelectStatement[] = [];
  for (const expr of exprs) if (expr.kind !== 'column') addSelects(expr, subqueries);
  return [...cteStatements(statement.with), ...clauseStatements(statement), ...subqueries];
}

function cteStatements(clause: WithClause | undefined): readonly DataStatement[] {
  return clause === undefined ? [] : clause.ctes.map((cte) => cte.statement);
}

function clauseStatements(statement: DataStatement): readonly DataStatement[] {
  switch (statement.kind) {
    case 'select':
      if (statement.body.kind === 'setOperation') return [statement.body.left, statement.body.right];
      return statement.body.kind === 'core' ? statement.body.from.flatMap(derivedSelects) : [];
    case 'insert':
      return statement.source === undefined ? [] : [statement.source];
    case 'update':
      return statement.from.flatMap(derivedSelects);
    case 'delete':
      return statement.using.flatMap(derivedSelects);
    case 'merge':
      return derivedSelects(statement.source);
  }
}

/** Calls `visit` for every data statement in one, itself first, at any depth. `exprs`: what it holds itself. */
export function walkStatements(
  statement: Statement,
  visit: (statement: DataStatement, exprs: readonly Expr[]) => void,
): void {
  if (statement.kind === 'utility') {
    if (statement.inner !== undefined) walkStatements(statement.inner, visit);
    return;
  }
  const exprs = statementExprs(statement);
  visit(statement, exprs);
  for (const inner of statementsIn(statement, exprs)) walkStatements(inner, visit);
}

function assignedExprs(assignments: readonly Assignment[]): readonly Expr[] {
  return assignments.map((assignment) => assignment.value);
}

function present(...exprs: readonly (Expr | undefined)[]): readonly Expr[] {
  return exprs.filter((expr) => expr !== undefined);
}
