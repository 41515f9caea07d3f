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
  const tables = new Set<string>();
  const ctes = new Set<string>();
  const functions = new Set<string>();
  const table = (path: NamePath): void => {
    if (path.length === 1) tables.add(path[0] ?? '');
  };
  const note = (part: Expr): void => {
    if (part.kind !== 'call') return;
    functions.add(part.name.join('.'));
    functions.add(part.name.at(-1) ?? '');
  };
  if (statement.kind === 'utility') {
    for (const path of statement.tables) table(path);
    if (statement.copyFrom !== undefined) table(statement.copyFrom.table);
  }
  walkStatements(statement, (one, exprs) => {
    for (const path of tablePaths(one)) table(path);
    for (const cte of one.with?.ctes ?? []) ctes.add(cte.name);
    for (const expr of exprs) if (expr.kind !== 'column') walkExpr(expr, note);
  });
  return { tables: [...tables].filter((name) => !ctes.has(name)).sort(), functions: [...functions] };
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
