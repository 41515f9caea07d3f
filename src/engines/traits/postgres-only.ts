/** What PostgreSQL has and MySQL's grammar does not. */

import {
  type DataStatement,
  type Expr,
  type FromItem,
  type SelectCore,
  type Statement,
  walkExpr,
  walkStatements,
} from '../../syntax/index.js';

/** Sorted. */
export function postgresOnly(tree: Statement): readonly string[] {
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
  if (statement.kind === 'select' && statement.body.kind === 'core') noteCore(statement.body, found);
}

function noteCore(body: SelectCore, found: Set<string>): void {
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
