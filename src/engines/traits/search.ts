/** Whether something is anywhere in a statement or an expression. */

import {
  type DataStatement,
  type Expr,
  type Statement,
  walkExpr,
  walkStatements,
} from '../../syntax/index.js';

export function anyStatement(tree: Statement, test: (statement: DataStatement) => boolean): boolean {
  let found = false;
  walkStatements(tree, (statement) => {
    found ||= test(statement);
  });
  return found;
}

export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  let found = false;
  walkExpr(expr, (one) => {
    found ||= test(one);
  });
  return found;
}

export function anyExpr(tree: Statement, test: (expr: Expr) => boolean): boolean {
  let found = false;
  walkStatements(tree, (_, exprs) => {
    found ||= exprs.some((expr) => someExpr(expr, test));
  });
  return found;
}
