/**
 * A parameter's type is that of its first use: `ratio = $1 AND user_id = $1` makes `$1` a real, which rounds what was meant
 * for the key. So where a key's parameter is used for something else as well, only values are taken that no type changes.
 */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import type { Catalog, TableName } from '../model/index.js';
import { type Expr, type Statement, walkExpr, walkStatements } from '../syntax/index.js';
import { type KeyFamily, keyFamilyOf } from '../topology/index.js';
import { tokensOf } from './clauses.js';

/** A statement carries so many, by the count in its Bind message. */
export const mostParameters = 65_535;

/** Parameters that may have got another type than the key's. */
export function sharedParameters(
  text: string,
  statement: Statement,
  tables: readonly TableName[],
  catalog: Catalog,
  family: KeyFamily,
): ReadonlySet<number> {
  const uses = new Map<number, number>();
  for (const { kind, start, end } of tokensOf(text)) {
    if (kind !== 'param') continue;
    const number = Number(text.slice(start + 1, end));
    uses.set(number, (uses.get(number) ?? 0) + 1);
  }
  const several = [...uses].filter(([, count]) => count > 1);
  if (several.length === 0) return none;
  const alike = new Map<number, number>();
  const isAlike = (name: string | undefined) =>
    name !== undefined && tables.every((table) => isOfFamily(catalog, table, name, family));
  walkStatements(statement, (_, exprs) => {
    for (const expr of exprs)
      walkExpr(expr, (inner) => {
        const use = keyUse(inner);
        if (use !== undefined && isAlike(use.column)) alike.set(use.number, (alike.get(use.number) ?? 0) + 1);
      });
  });
  return new Set(several.flatMap(([number, count]) => (alike.get(number) === count ? [] : [number])));
}

const none: ReadonlySet<number> = new Set();

/** `column = $n`, either way round. */
function keyUse(expr: Expr): { readonly number: number; readonly column: string | undefined } | undefined {
  if (expr.kind !== 'operator' || expr.name !== '=' || expr.left === undefined) return undefined;
  const [param, column] = expr.left.kind === 'param' ? [expr.left, expr.right] : [expr.right, expr.left];
  return param.kind === 'param' && column.kind === 'column'
    ? { number: param.number, column: column.path.at(-1) }
    : undefined;
}

/** The table has no such column, or one of the key's family. */
function isOfFamily(catalog: Catalog, name: TableName, column: string, family: KeyFamily): boolean {
  const table = catalog.tables.get(name);
  if (table === undefined) return false;
  const found = columnOf(table, column);
  if (found === undefined) return table.columnsComplete;
  const type = keyTypeOf(found);
  return type !== undefined && keyFamilyOf(type) === family;
}

/** The largest whole number up to which a real is exact. */
const exactInReal = 2n ** 24n;
/** `name` cuts behind it. */
const longestName = 63;

/** Might one of the statement's values be of type "char", which holds a byte? */
export function meetsBytes(text: string, tables: readonly TableName[], catalog: Catalog): boolean {
  // The columns of system catalogs have it, and this is how it is written.
  if (/"char"|\bpg_/i.test(text)) return true;
  return tables.some((name) => {
    const table = catalog.tables.get(name);
    return table?.columnsComplete !== true || table.columns.some(({ type }) => type === 'char');
  });
}

/** Would this value of a key come out of any other type as it is? `meetsBytes`: "char" may be among them. */
export function survivesTypes(family: KeyFamily, text: string, meetsBytes: boolean): boolean {
  switch (family) {
    case 'integer': {
      const digits = text.trim();
      return /^\d{1,8}$/.test(digits) && BigInt(digits) <= exactInReal;
    }
    case 'text':
      // character(n) leaves out blanks at the end, "char" all but the first byte.
      return !/[ ]$/.test(text) && new TextEncoder().encode(text).length <= (meetsBytes ? 1 : longestName);
    case 'uuid':
    case 'date':
      return true;
  }
}
