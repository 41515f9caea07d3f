/**
 * What each parameter of a statement is about: the column that it is compared with, put into, or searched in, or else the clause
 * or call that it stands in. Takes a tree, gives uses by parameter number, the most telling first.
 */

import {
  type DataStatement,
  type Expr,
  exprChildren,
  type FromItem,
  type NamePath,
  type Statement,
  type TableItem,
  walkStatements,
} from '../syntax/index.js';

/** `of` names the instance: what it is called in the statement, by which its table is found. */
export interface ColumnUse {
  readonly kind: 'equal' | 'compared' | 'assigned' | 'inserted' | 'pattern' | 'array';
  readonly of: string | undefined;
  readonly column: string;
}

export type ParameterUse =
  | ColumnUse
  | { readonly kind: 'limit' }
  | { readonly kind: 'offset' }
  | { readonly kind: 'argument'; readonly call: string };

export interface StatementParameters {
  readonly uses: ReadonlyMap<number, readonly ParameterUse[]>;
  /** Types that the statement itself says, as internal names. */
  readonly casts: ReadonlyMap<number, string>;
  /** Tables by what the statement calls them, in the order of their appearance. */
  readonly instances: ReadonlyMap<string, NamePath>;
}

export function parametersOf(statement: Statement): StatementParameters {
  const uses = new Map<number, ParameterUse[]>();
  const casts = new Map<number, string>();
  const instances = new Map<string, NamePath>();
  const use = (expr: Expr | undefined, said: ParameterUse): void => {
    for (const number of paramsIn(expr)) uses.set(number, [...(uses.get(number) ?? []), said]);
  };
  walkStatements(statement, (one, exprs) => {
    for (const table of tablesOf(one)) instances.set(nameOf(table), table.name);
    for (const expr of exprs) noteExpr(expr, use, casts);
    noteClauses(one, use);
  });
  return { uses, casts, instances };
}

type Note = (expr: Expr | undefined, said: ParameterUse) => void;

function noteClauses(statement: DataStatement, use: Note): void {
  if (statement.kind === 'select') {
    use(statement.limit, { kind: 'limit' });
    use(statement.offset, { kind: 'offset' });
  }
  if (statement.kind === 'insert') {
    const of = nameOf(statement.table);
    const body = statement.source?.body;
    const rows =
      body?.kind === 'values'
        ? body.rows
        : body?.kind === 'core'
          ? [body.output.map(({ expr }) => expr)]
          : [];
    for (const row of rows) {
      row.forEach((value, i) => {
        const column = statement.columns?.[i];
        if (column !== undefined) use(value, { kind: 'inserted', of, column });
      });
    }
    for (const { column, value } of statement.onConflict?.assignments ?? []) {
      use(value, { kind: 'assigned', of, column });
    }
  }
  if (statement.kind === 'update') {
    for (const { column, value } of statement.assignments) {
      use(value, { kind: 'assigned', of: nameOf(statement.table), column });
    }
  }
  if (statement.kind === 'merge') {
    const of = nameOf(statement.target);
    for (const action of statement.actions) {
      for (const { column, value } of action.assignments) use(value, { kind: 'assigned', of, column });
      action.values?.forEach((value, i) => {
        const column = action.columns?.[i];
        if (column !== undefined) use(value, { kind: 'inserted', of, column });
      });
    }
  }
}

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────

const equalities = new Set(['=', 'is not distinct from']);
const patterns = /^!?~~?\*?$/;

function noteExpr(expr: Expr, use: Note, casts: Map<number, string>): void {
  const pair = (left: Expr, right: Expr, kind: 'equal' | 'compared' | 'pattern' | 'array'): void => {
    for (const [value, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (paramsIn(value).length === 0) continue;
      const rows = value.kind === 'row' && other.kind === 'row' ? value.items : [value];
      rows.forEach((item, i) => {
        const column = columnIn(other.kind === 'row' ? (other.items[i] ?? other) : other);
        if (column !== undefined) use(item, { kind, ...column });
      });
    }
  };
  switch (expr.kind) {
    case 'operator':
      if (expr.left !== undefined) {
        const kind = equalities.has(expr.name) ? 'equal' : patterns.test(expr.name) ? 'pattern' : 'compared';
        pair(expr.left, expr.right, kind);
      }
      break;
    case 'distinctFrom':
      pair(expr.left, expr.right, 'equal');
      break;
    case 'between':
      pair(expr.arg, expr.low, 'compared');
      pair(expr.arg, expr.high, 'compared');
      break;
    case 'inList':
      for (const item of expr.items) pair(expr.arg, item, 'equal');
      break;
    case 'quantified':
      pair(expr.left, expr.array, expr.array.kind === 'array' ? 'equal' : 'array');
      break;
    case 'cast':
      if (expr.arg.kind === 'param') {
        casts.set(expr.arg.number, `${expr.type.name.join('.')}${expr.type.array ? '[]' : ''}`);
      }
      break;
    case 'call':
      for (const argument of expr.args) use(argument, { kind: 'argument', call: expr.name.at(-1) ?? '' });
      break;
    default:
      break;
  }
  for (const child of exprChildren(expr)) noteExpr(child, use, casts);
}

/** Parameters that make up a value, subqueries aside. */
function paramsIn(expr: Expr | undefined): readonly number[] {
  if (expr === undefined) return [];
  if (expr.kind === 'param') return [expr.number];
  return exprChildren(expr).flatMap(paramsIn);
}

/** The one column in an operand: `o.user_id`, `lower(email)`. */
function columnIn(expr: Expr): { readonly of: string | undefined; readonly column: string } | undefined {
  if (expr.kind === 'column') return { of: expr.path.at(-2), column: expr.path.at(-1) ?? '' };
  const found = exprChildren(expr)
    .map(columnIn)
    .filter((one) => one !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function nameOf({ alias, name }: TableItem): string {
  return alias?.name ?? name.at(-1) ?? '';
}

function tablesOf(statement: DataStatement): readonly TableItem[] {
  switch (statement.kind) {
    case 'select':
      return statement.body.kind === 'core' ? statement.body.from.flatMap(tablesIn) : [];
    case 'insert':
      return [statement.table];
    case 'update':
      return [statement.table, ...statement.from.flatMap(tablesIn)];
    case 'delete':
      return [statement.table, ...statement.using.flatMap(tablesIn)];
    case 'merge':
      return [statement.target, ...tablesIn(statement.source)];
  }
}

function tablesIn(item: FromItem): readonly TableItem[] {
  switch (item.kind) {
    case 'table':
      return [item];
    case 'join':
      return [...tablesIn(item.left), ...tablesIn(item.right)];
    default:
      return [];
  }
}
