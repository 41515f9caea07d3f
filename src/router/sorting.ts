/** ORDER BY over several shards: by outputs where it names them, else by hidden columns that the shards compute. */

import type { Expr, SelectCore, SelectStatement } from '../syntax/index.js';
import { walkExpr } from '../syntax/index.js';
import { aggregateIn } from './aggregates.js';
import { type Grouped, hiddenAggregate } from './groups.js';
import {
  type CannotGather,
  cannot,
  hide,
  isSame,
  type Printed,
  plainOutputs,
  type Source,
  withoutAlias,
} from './pieces.js';

/** How the combining query orders, an element for each of ORDER BY. */
export function orderOf(source: Source, groups: Grouped | undefined): readonly Printed[] | CannotGather {
  const printed: Printed[] = [];
  for (const [at, expr] of source.statement.orderBy.entries()) {
    const item = source.clauses.orderBy[at];
    if (item === undefined) return notOrdered;
    const text = source.text.slice(item.start, item.end);
    const by = orderedBy(source, groups, expr, text);
    if ('reason' in by) return by;
    printed.push((columns) => `${by.print(columns)} ${item.direction}`.trimEnd());
  }
  return printed;
}

interface By {
  readonly print: Printed;
}

const notOrdered = cannot(
  'what it is ordered by could not be found among its columns',
  'order by the position of a column, or by its alias',
);

function orderedBy(source: Source, groups: Grouped | undefined, expr: Expr, text: string): By | CannotGather {
  if (expr.kind === 'literal') {
    const position = Number(expr.text);
    return expr.type === 'number' && Number.isInteger(position) ? output(position - 1) : notOrdered;
  }
  const { body } = source.statement;
  const outputs = plainOutputs(source.statement);
  const name = expr.kind === 'column' && expr.path.length === 1 ? expr.path[0] : undefined;
  if (body.kind === 'setOperation') {
    const at = name === undefined ? -1 : namedInArms(body.left, name);
    return at < 0 ? notOrdered : output(at);
  }
  if (body.kind !== 'core') return notOrdered;
  if (name !== undefined) {
    const named = outputNamed(body.output, name);
    if (named === 'unclear') return notOrdered;
    if (named !== undefined) return outputs === undefined ? hiddenCopy(source, named) : output(named);
  }
  const same = outputs?.findIndex((item) => isSame(item.expr, expr)) ?? -1;
  if (same >= 0) return output(same);
  if (groups !== undefined) {
    const by = groups.columnOf(expr);
    if (by !== undefined) return { print: by };
    const aggregate = aggregateIn(expr);
    return (
      (aggregate === undefined ? undefined : hiddenAggregate(source.pieces, aggregate, text)) ?? notOrdered
    );
  }
  return hidden(hide(source.pieces, text, expr));
}

/** By position: the only way that names an output whatever it is called. */
function output(at: number): By {
  return { print: () => String(at + 1) };
}

function hidden(at: number): By {
  return { print: (columns) => columns.hidden(at).name };
}

/** Behind a star nobody knows an item's position: it is computed once more. */
function hiddenCopy({ clauses, text, statement, pieces }: Source, at: number): By | CannotGather {
  const span = clauses.items[at];
  const item = statement.body.kind === 'core' ? statement.body.output[at] : undefined;
  if (span === undefined || item === undefined || item.alias === undefined) return notOrdered;
  const expression = withoutAlias(text.slice(span.start, span.end));
  return expression === undefined ? notOrdered : hidden(hide(pieces, expression, item.expr));
}

/** The output that a bare name means in ORDER BY: an output's name goes before any column's. */
function outputNamed(items: SelectCore['output'], name: string): number | 'unclear' | undefined {
  const named = items.flatMap((item, at) => (nameOf(item) === name ? [at] : []));
  const [first] = named;
  if (first !== undefined) {
    const isOne = named.every((at) => isSame(items[at]?.expr, items[first]?.expr));
    return isOne ? first : 'unclear';
  }
  // PostgreSQL names other outputs after functions, types and keywords in them.
  return items.some((item) => item.alias === undefined && mayBeNamed(item.expr, name))
    ? 'unclear'
    : undefined;
}

function nameOf({ expr, alias }: SelectCore['output'][number]): string | undefined {
  return alias ?? (expr.kind === 'column' ? expr.path.at(-1) : undefined);
}

function mayBeNamed(expr: Expr, name: string): boolean {
  if (expr.kind === 'column' || expr.kind === 'star') return false;
  let found = false;
  walkExpr(expr, (inner) => {
    if (inner.kind === 'call') found ||= inner.name.at(-1) === name;
    else if (inner.kind === 'cast') found ||= inner.type.name.at(-1) === name;
    else if (inner.kind === 'column') found ||= inner.path.at(-1) === name;
    else if (
      inner.kind === 'subquery' ||
      inner.kind === 'other' ||
      inner.kind === 'array' ||
      inner.kind === 'row'
    )
      found = true;
  });
  return found;
}

/** The names of a set operation's columns are those of its first arm. */
function namedInArms(arm: SelectStatement, name: string): number {
  if (arm.body.kind === 'setOperation') return namedInArms(arm.body.left, name);
  const items = plainOutputs(arm);
  const named = items === undefined ? undefined : outputNamed(items, name);
  return typeof named === 'number' ? named : -1;
}
