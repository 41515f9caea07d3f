/**
 * Where a statement compares columns with constants, whether or not that pins anything: some engines' planners look no further.
 */

import {
  type CallExpr,
  type DataStatement,
  type Expr,
  exprChildren,
  type FromItem,
} from '../../syntax/index.js';
import { constantOf } from './constants.js';

export interface KeyComparison {
  /** The table's bare name; the qualifier as written where it is no alias of the block; absent where there is neither. */
  readonly table?: string;
  readonly column: string;
  readonly operator: '=' | 'in' | 'any' | 'other';
  /** `$1`, or a literal's text behind a quote. In memory only. */
  readonly values: readonly string[];
  /** A plain column and plain constants: nothing is computed with either. */
  readonly exact: boolean;
  /** Under an OR: it need not hold. */
  readonly optional: boolean;
  readonly clause: 'where' | 'on' | 'elsewhere';
}

interface Names {
  readonly aliases: ReadonlyMap<string, string>;
  /** The one table of the block. */
  readonly only?: string;
}

interface Place {
  readonly names: Names;
  readonly clause: KeyComparison['clause'];
  readonly optional: boolean;
}

export function comparisonsIn(statement: DataStatement): readonly KeyComparison[] {
  const found: KeyComparison[] = [];
  addStatement(statement, false, found);
  return found;
}

function addStatement(statement: DataStatement, optional: boolean, found: KeyComparison[]): void {
  const names = namesOf(statement);
  const add = (expr: Expr | undefined, clause: KeyComparison['clause']): void => {
    if (expr !== undefined) addExpr(expr, { names, clause, optional }, found);
  };
  const addFrom = (item: FromItem): void => {
    if (item.kind === 'derived') addStatement(item.query, optional, found);
    if (item.kind === 'function') for (const call of item.calls) add(call, 'elsewhere');
    if (item.kind !== 'join') return;
    addFrom(item.left);
    addFrom(item.right);
    add(item.on, 'on');
  };
  for (const cte of statement.with?.ctes ?? []) addStatement(cte.statement, optional, found);
  switch (statement.kind) {
    case 'select': {
      const { body } = statement;
      if (body.kind === 'setOperation') {
        addStatement(body.left, optional, found);
        addStatement(body.right, optional, found);
      } else if (body.kind === 'core') {
        for (const { expr } of body.output) add(expr, 'elsewhere');
        for (const item of body.from) addFrom(item);
        add(body.where, 'where');
        for (const expr of body.groupBy?.sets.flat() ?? []) add(expr, 'elsewhere');
        add(body.having, 'elsewhere');
      } else for (const expr of body.rows.flat()) add(expr, 'elsewhere');
      for (const expr of statement.orderBy) add(expr, 'elsewhere');
      return;
    }
    case 'insert':
      if (statement.source !== undefined) addStatement(statement.source, optional, found);
      add(statement.onConflict?.where, 'elsewhere');
      return;
    case 'update':
      for (const { value } of statement.assignments) add(value, 'elsewhere');
      for (const item of statement.from) addFrom(item);
      add(statement.where, 'where');
      return;
    case 'delete':
      for (const item of statement.using) addFrom(item);
      add(statement.where, 'where');
      return;
    case 'merge':
      addFrom(statement.source);
      add(statement.on, 'on');
      for (const { condition } of statement.actions) add(condition, 'elsewhere');
      return;
  }
}

function namesOf(statement: DataStatement): Names {
  const aliases = new Map<string, string>();
  const note = (item: FromItem): void => {
    if (item.kind === 'table') {
      const name = item.name.at(-1) ?? '';
      aliases.set(item.alias?.name ?? name, name);
    }
    if (item.kind === 'join') {
      note(item.left);
      note(item.right);
    }
  };
  const from = statement.kind === 'select' ? (statement.body.kind === 'core' ? statement.body.from : []) : [];
  for (const item of from) note(item);
  if (statement.kind === 'update' || statement.kind === 'delete') note(statement.table);
  if (statement.kind === 'update') for (const item of statement.from) note(item);
  if (statement.kind === 'delete') for (const item of statement.using) note(item);
  if (statement.kind === 'merge') for (const item of [statement.target, statement.source]) note(item);
  const single =
    statement.kind === 'select'
      ? from
      : statement.kind === 'update' || statement.kind === 'delete'
        ? [statement.table]
        : [];
  const [only] = single;
  return {
    aliases,
    ...(single.length === 1 && only?.kind === 'table' ? { only: only.name.at(-1) ?? '' } : {}),
  };
}

/** Nothing below NOT counts: no planner of these looks there. */
function addExpr(expr: Expr, place: Place, found: KeyComparison[]): void {
  if (expr.kind === 'not') return;
  const compared = comparisonOf(expr, place);
  if (compared !== undefined) found.push(compared);
  if (expr.kind === 'subquery') addStatement(expr.query, place.optional, found);
  const below = expr.kind === 'or' ? { ...place, optional: true } : place;
  for (const child of exprChildren(expr)) addExpr(child, below, found);
}

function comparisonOf(expr: Expr, place: Place): KeyComparison | undefined {
  switch (expr.kind) {
    case 'operator':
      if (expr.left === undefined || !/^(?:=|<|>|<=|>=|<>|!=)$/.test(expr.name)) return undefined;
      return between(expr.left, [expr.right], expr.name === '=' ? '=' : 'other', place);
    case 'distinctFrom':
      return expr.negated ? between(expr.left, [expr.right], '=', place) : undefined;
    case 'inList':
      return expr.negated ? undefined : between(expr.arg, expr.items, 'in', place);
    case 'quantified':
      if (expr.quantifier !== 'any' || expr.operator !== '=') return undefined;
      return between(expr.left, [expr.array], 'any', place);
    default:
      return undefined;
  }
}

function between(
  left: Expr,
  right: readonly Expr[],
  operator: KeyComparison['operator'],
  { names, clause, optional }: Place,
): KeyComparison | undefined {
  const [first] = right;
  const isTurned = operator !== 'in' && leafOf(left).column === undefined && first !== undefined;
  const column = leafOf(isTurned ? first : left);
  const constants = (isTurned ? [left] : right).map(leafOf);
  const values = constants.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (column.column === undefined || (values.length === 0 && operator !== 'any')) return undefined;
  const qualifier = column.column.length > 1 ? column.column.at(-2) : undefined;
  const table = qualifier === undefined ? names.only : (names.aliases.get(qualifier) ?? qualifier);
  return {
    ...(table === undefined ? {} : { table }),
    column: column.column.at(-1) ?? '',
    operator,
    values,
    exact: column.plain && constants.every((one) => one.plain && one.value !== undefined),
    optional,
    clause,
  };
}

interface Leaf {
  readonly column?: readonly string[];
  readonly value?: string;
  /** Nothing but a cast around it. */
  readonly plain: boolean;
}

/** The first column or constant in an expression. A function call hides its arguments, syntax that only looks like one does not. */
function leafOf(expr: Expr): Leaf {
  if (expr.kind === 'column') return { column: expr.path, plain: true };
  const constant = constantOf(expr);
  if (constant !== undefined) return { value: constant, plain: true };
  if (expr.kind === 'cast') return leafOf(expr.arg);
  if (expr.kind === 'subquery' || (expr.kind === 'call' && !isOpen(expr))) return { plain: false };
  for (const child of exprChildren(expr)) {
    const leaf = leafOf(child);
    if (leaf.column !== undefined || leaf.value !== undefined) return { ...leaf, plain: false };
  }
  return { plain: false };
}

function isOpen({ name }: CallExpr): boolean {
  return /^(?:coalesce|greatest|least|nullif)$/.test(name.join('.'));
}
