/**
 * What the engines' planners look at in a statement beside what it needs: where columns are compared with constants, whether or not
 * that pins anything, and the clauses that merging depends on. Small, so that trees can be let go.
 */

import {
  type CallExpr,
  type DataStatement,
  type Expr,
  exprChildren,
  type FromItem,
  type InsertStatement,
  type SelectCore,
  type SelectStatement,
  type Statement,
  walkExpr,
  walkStatements,
} from '../syntax/index.js';

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

export interface InsertTraits {
  readonly table: string;
  readonly columns?: readonly string[];
  /** Of VALUES; 0 where the rows come from a query. */
  readonly rows: number;
  /** Constants of the only row, or of the query's output, by position; undefined where it is no constant. */
  readonly values: readonly (string | undefined)[];
  readonly onConflict: 'none' | 'nothing' | 'target';
}

export interface Traits {
  readonly command: Statement['kind'];
  readonly comparisons: readonly KeyComparison[];
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
  readonly aggregates: 'none' | 'plain' | 'other';
  /** GROUP BY something that is no column of the output. */
  readonly groupsByOther: boolean;
  /** ORDER BY something that is neither a column nor a position. */
  readonly ordersByOther: boolean;
  /** LIMIT or OFFSET is neither a number nor a parameter. */
  readonly limitComputed: boolean;
  readonly currentOf: boolean;
  /** What only PostgreSQL has, sorted. */
  readonly postgresOnly: readonly string[];
}

export function traitsOf(tree: Statement): Traits {
  const statement = tree.kind === 'utility' ? tree.inner : tree;
  const top = statement?.kind === 'select' && statement.body.kind === 'core' ? statement.body : undefined;
  return {
    command: tree.kind,
    comparisons: statement === undefined ? [] : comparisonsIn(statement),
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
    postgresOnly: postgresOnly(tree),
  };
}

function anyStatement(tree: Statement, test: (statement: DataStatement) => boolean): boolean {
  let found = false;
  walkStatements(tree, (statement) => {
    found ||= test(statement);
  });
  return found;
}

function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  let found = false;
  walkExpr(expr, (one) => {
    found ||= test(one);
  });
  return found;
}

// ── columns compared with constants ──────────────────────────────────────────────────────────────────────────────────

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

function comparisonsIn(statement: DataStatement): readonly KeyComparison[] {
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

function constantOf(expr: Expr): string | undefined {
  if (expr.kind === 'param') return `$${expr.number}`;
  if (expr.kind === 'literal') return `'${expr.text}`;
  return expr.kind === 'cast' ? constantOf(expr.arg) : undefined;
}

function isColumn(expr: Expr): boolean {
  return expr.kind === 'column';
}

// ── clauses ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function insertTraits({ table, columns, source, onConflict }: InsertStatement): InsertTraits {
  const body = source?.body;
  const rows = body?.kind === 'values' ? body.rows : [];
  const only =
    body?.kind === 'values'
      ? (rows[0] ?? [])
      : body?.kind === 'core'
        ? body.output.map(({ expr }) => expr)
        : [];
  const hasTarget =
    onConflict !== undefined && (onConflict.targetColumns.length > 0 || onConflict.constraint !== undefined);
  return {
    table: table.name.at(-1) ?? '',
    ...(columns === undefined ? {} : { columns }),
    rows: rows.length,
    values: only.map(constantOf),
    onConflict:
      onConflict === undefined ? 'none' : hasTarget || onConflict.action === 'update' ? 'target' : 'nothing',
  };
}

const mergeable = /^(?:count|sum|min|max|avg)$/;
const known =
  /^(?:count|sum|min|max|avg|stddev\w*|var\w*|string_agg|array_agg|jsonb?_\w*agg\w*|bool_and|bool_or|every|percentile_\w+|mode)$/;

function aggregatesOf({ output, groupBy }: SelectCore): Traits['aggregates'] {
  const isAggregate = (one: Expr): boolean =>
    one.kind === 'call' && one.over === undefined && known.test(one.name.join('.'));
  const withAggregates = output.map(({ expr }) => expr).filter((expr) => someExpr(expr, isAggregate));
  if (withAggregates.length === 0) return groupBy === undefined ? 'none' : 'plain';
  const isPlain = (expr: Expr): boolean =>
    expr.kind === 'cast'
      ? isPlain(expr.arg)
      : expr.kind === 'call' &&
        mergeable.test(expr.name.join('.')) &&
        !expr.distinct &&
        expr.filter === undefined &&
        expr.orderBy.length === 0;
  return withAggregates.every(isPlain) ? 'plain' : 'other';
}

function groupsByOther({ groupBy, output }: SelectCore): boolean {
  const names = new Set(
    output.flatMap(({ expr }) => (expr.kind === 'column' ? [expr.path.at(-1) ?? ''] : [])),
  );
  return (groupBy?.sets.flat() ?? []).some(
    (expr) => expr.kind !== 'literal' && !(expr.kind === 'column' && names.has(expr.path.at(-1) ?? '')),
  );
}

/** What MySQL's grammar does not have. */
function postgresOnly(tree: Statement): readonly string[] {
  const found = new Set<string>();
  walkStatements(tree, (statement, exprs) => {
    noteStatement(statement, found);
    for (const expr of exprs) walkExpr(expr, (one) => noteExpr(one, found));
  });
  return [...found].sort();
}

function noteStatement(statement: DataStatement, found: Set<string>): void {
  if (statement.kind !== 'select' && statement.returning.length > 0) found.add('RETURNING');
  if (statement.kind === 'insert' && statement.onConflict !== undefined) found.add('ON CONFLICT');
  if (statement.kind === 'update' && statement.from.length > 0) found.add('UPDATE … FROM');
  if (statement.kind === 'delete' && statement.using.length > 0) found.add('DELETE … USING');
  if (statement.kind === 'merge') found.add('MERGE');
  if (statement.with?.ctes.some((cte) => cte.statement.kind !== 'select') === true)
    found.add('WITH that writes');
  if (statement.kind === 'select' && statement.body.kind === 'core')
    noteCore(statement, statement.body, found);
}

function noteCore(_: SelectStatement, body: SelectCore, found: Set<string>): void {
  if (body.distinctOn.length > 0) found.add('DISTINCT ON');
  const note = (item: FromItem): void => {
    if (item.kind === 'function') found.add('functions in FROM');
    if (item.kind !== 'join') return;
    if (item.join === 'full') found.add('FULL JOIN');
    note(item.left);
    note(item.right);
  };
  for (const item of body.from) note(item);
}

function noteExpr(expr: Expr, found: Set<string>): void {
  if (expr.kind === 'cast') found.add('casts to types of PostgreSQL');
  if (expr.kind === 'array' || expr.kind === 'quantified') found.add('arrays');
  if (expr.kind === 'call' && expr.filter !== undefined) found.add('FILTER');
  if (
    expr.kind === 'call' &&
    /^(?:date_trunc|string_agg|array_agg|jsonb?_\w+|to_tsvector|to_tsquery|plainto_tsquery|websearch_to_tsquery|gen_random_uuid|generate_series)$/.test(
      expr.name.join('.'),
    )
  ) {
    found.add('functions of PostgreSQL');
  }
  if (
    expr.kind === 'operator' &&
    /^(?:~~\*|!~~\*|~|~\*|@>|<@|\?|->|->>|#>|#>>|@@|\|\||&&|<->)$/.test(expr.name)
  )
    found.add('operators of PostgreSQL');
  if (expr.kind === 'distinctFrom') found.add('IS DISTINCT FROM');
}
