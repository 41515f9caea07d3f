/**
 * GROUP BY whose groups have rows on several shards: each shard says its groups' columns and what its aggregates have so far;
 * the combining query groups once more by the same columns and makes the aggregates whole.
 */

import type { CallExpr, Expr } from '../syntax/index.js';
import { aggregateIn, callSpan, type SplitAggregate, splitAggregate } from './aggregates.js';
import {
  type CannotGather,
  type Columns,
  cannot,
  hide,
  isSame,
  type Pieces,
  type Printed,
  plainOutputs,
  type Source,
  withoutAlias,
} from './pieces.js';

export interface Grouped {
  /** The outputs, in the combining query. */
  readonly items: readonly Printed[];
  /** What it groups by. */
  readonly by: readonly Printed[];
  /** An expression of GROUP BY, as a column of the combining query. */
  readonly columnOf: (expr: Expr) => Printed | undefined;
}

export function groupedOutputs(source: Source): Grouped | CannotGather {
  const outputs = plainOutputs(source.statement);
  const { body } = source.statement;
  if (outputs === undefined || body.kind !== 'core' || outputs.length !== source.clauses.items.length)
    return notListed;
  const wanted = body.groupBy?.sets[0] ?? [];
  if (wanted.length !== source.clauses.groupBy.length) return notGrouped;
  const keys: Key[] = [];
  for (const [at, expr] of wanted.entries()) {
    const key = keyOf(source, outputs, expr, at);
    if ('reason' in key) return key;
    keys.push(key);
  }
  const columnOf = (expr: Expr) => keys.find((key) => isSame(key.expr, expr))?.print;
  const items: Printed[] = [];
  for (const [at, { expr, alias }] of outputs.entries()) {
    const aggregate = aggregateIn(expr);
    if (aggregate === undefined) items.push(keys.find(({ output }) => output === at)?.print ?? picked(at));
    else {
      const span = source.clauses.items[at];
      const written = source.text.slice(span?.start, span?.end);
      const print = wholeAggregate(source.pieces, expr, alias, written, at);
      if (print === undefined) return notListed;
      items.push(print);
    }
  }
  return { items, by: keys.map(({ print }) => print), columnOf };
}

/** What the combining query groups by: an output, or a hidden column. */
interface Key {
  readonly expr: Expr;
  readonly output?: number;
  readonly print: Printed;
}

const notListed = cannot(
  'its columns could not be told apart in the text',
  'list the columns, and give aggregates an alias with AS',
);
const notGrouped = cannot(
  'what it is grouped by could not be told apart in the text',
  'group by plain columns, or by the positions of outputs',
);

/** One element of GROUP BY: an output's column where it is one, else a hidden one. */
function keyOf(
  source: Source,
  outputs: NonNullable<ReturnType<typeof plainOutputs>>,
  expr: Expr,
  at: number,
): Key | CannotGather {
  if (expr.kind === 'literal') {
    const position = Number(expr.text) - 1;
    const item = outputs[position];
    return item === undefined ? notGrouped : outputKey(item.expr, position);
  }
  const name = expr.kind === 'column' && expr.path.length === 1 ? expr.path[0] : undefined;
  const same = outputs.findIndex((item) => isSame(item.expr, expr));
  const aliased =
    name === undefined ? -1 : outputs.findIndex((item) => item.alias === name && !isSame(item.expr, expr));
  if (aliased >= 0) {
    // In GROUP BY an input column of that name goes before the output.
    if (name !== undefined && source.isInputColumn(name)) return ambiguous;
    return outputKey(outputs[aliased]?.expr ?? expr, aliased);
  }
  if (same >= 0) return outputKey(expr, same);
  const span = source.clauses.groupBy[at];
  if (span === undefined) return notGrouped;
  const hidden = hide(source.pieces, source.text.slice(span.start, span.end), expr);
  return { expr, print: (columns) => columns.hidden(hidden).name };
}

const ambiguous = cannot(
  'a name in GROUP BY is both an alias and a column',
  'group by the position of the output, or give it another alias',
);

function outputKey(expr: Expr, output: number): Key {
  return { expr, output, print: (columns) => columns.output(output).name };
}

/** Equal for all rows of a group, or left open by the statement: any row's value. By text, since not every type has arrays. */
function picked(at: number): Printed {
  return (columns) => {
    const { name, type } = columns.output(at);
    return `(array_agg(${name}::text))[1]::${type}`;
  };
}

/** An output that is an aggregate, as it is or cast. */
function wholeAggregate(
  pieces: Pieces,
  expr: Expr,
  alias: string | undefined,
  written: string,
  at: number,
): Printed | undefined {
  const call = aggregateIn(expr);
  if (call === undefined) return undefined;
  const text = alias === undefined ? written : (withoutAlias(written) ?? withoutBareAlias(written));
  const span = callSpan(text, call);
  if (span === undefined) return undefined;
  const split = splitAggregate(call, text.slice(span.start, span.end));
  const isBare = expr.kind === 'call';
  if (isBare && split.asked.length === 1) return (columns) => split.whole([columns.output(at)]);
  const columnsAt = split.asked.map((asked) => hide(pieces, asked));
  // The casts around it stay as they are written.
  return (columns) => text.slice(0, span.start) + wholeOf(split, columnsAt, columns) + text.slice(span.end);
}

/** `count(*) n`. */
function withoutBareAlias(item: string): string {
  return item.replace(/\s*(?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+)$/s, '');
}

function wholeOf(split: SplitAggregate, at: readonly number[], columns: Columns): string {
  return split.whole(at.map((one) => columns.hidden(one)));
}

/** ORDER BY an aggregate that is no output. */
export function hiddenAggregate(
  pieces: Pieces,
  call: CallExpr,
  text: string,
): { readonly print: Printed } | undefined {
  const span = callSpan(text, call);
  if (span === undefined) return undefined;
  const split = splitAggregate(call, text.slice(span.start, span.end));
  const columnsAt = split.asked.map((asked) => hide(pieces, asked));
  return {
    print: (columns) => text.slice(0, span.start) + wholeOf(split, columnsAt, columns) + text.slice(span.end),
  };
}
