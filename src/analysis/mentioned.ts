/** The names in a statement: tables written without a schema, and functions called. A name that is also a CTE's counts as the CTE. */

import {
  type DataStatement,
  type Expr,
  type FromItem,
  type NamePath,
  type Statement,
  walkExpr,
  walkStatements,
} from '../syntax/index.js';

export interface Mentioned {
  /** Sorted, unique. */
  readonly tables: readonly string[];
  /** As written, and without their schema. */
  readonly functions: readonly string[];
}

export function mentionedBy(statement: Statement): Mentioned {
  const tables: string[] = [];
  const ctes: string[] = [];
  const functions: string[] = [];
  const table = (path: NamePath): void => {
    if (path.length === 1) tables.push(path[0] ?? '');
  };
  const note = (part: Expr): void => {
    if (part.kind === 'call') functions.push(part.name.join('.'), part.name.at(-1) ?? '');
  };
  if (statement.kind === 'utility') {
    for (const path of statement.tables) table(path);
    if (statement.copyFrom !== undefined) table(statement.copyFrom.table);
  }
  walkStatements(statement, (one, exprs) => {
    for (const path of tablePaths(one)) table(path);
    for (const cte of one.with?.ctes ?? []) ctes.push(cte.name);
    for (const expr of exprs) if (expr.kind !== 'column') walkExpr(expr, note);
  });
  const own = tables.filter((name) => !ctes.includes(name));
  return { tables: unique(own).sort(), functions: unique(functions) };
}

function unique(names: string[]): string[] {
  return names.length < 2 ? names : [...new Set(names)];
}

function tablePaths(statement: DataStatement): readonly NamePath[] {
  switch (statement.kind) {
    case 'select':
      return statement.body.kind === 'core' ? statement.body.from.flatMap(pathsIn) : [];
    case 'insert':
      return [statement.table.name];
    case 'update':
      return [statement.table.name, ...statement.from.flatMap(pathsIn)];
    case 'delete':
      return [statement.table.name, ...statement.using.flatMap(pathsIn)];
    case 'merge':
      return [statement.target.name, ...pathsIn(statement.source)];
  }
}

function pathsIn(item: FromItem): readonly NamePath[] {
  switch (item.kind) {
    case 'table':
      return [item.name];
    case 'derived':
    case 'function':
      return [];
    case 'join':
      return [...pathsIn(item.left), ...pathsIn(item.right)];
  }
}
