/**
 * A read that shards answer each for itself → what each is asked, and how the rows become the statement's. Parts are the
 * statement's own text with small edits (hidden columns, a wider LIMIT, no ORDER BY where nobody needs it); they are read
 * again, and anything that differs from the statement where nothing should is refused. Sorting, grouping, adding up and
 * comparing is PostgreSQL's work, under the types and collations of the statement's own columns.
 */

import type { CombineArgument, CombineQuery, Concatenate, Given } from '../model/index.js';
import type { Reader, SelectStatement } from '../syntax/index.js';
import { clausesOf, numbered, tokensOf } from './clauses.js';
import { groupedOutputs } from './groups.js';
import { cutOf, type Limits, limitsOf } from './limits.js';
import {
  type CannotGather,
  type Columns,
  cannot,
  isSame,
  type Pieces,
  type Printed,
  unclear,
} from './pieces.js';
import { orderOf } from './sorting.js';

export interface Gathered {
  readonly text: string;
  readonly parameters: readonly number[];
  readonly hidden: number;
  readonly query: (types: readonly string[]) => CombineQuery;
  /** Set where the rows are put one after the other: what is taken of them. */
  readonly cut: (given: Given) => Pick<Concatenate, 'skip' | 'take'> | undefined;
}

export function gather(
  statement: SelectStatement,
  written: string,
  groupsMeet: boolean,
  reader: Reader,
  isInputColumn: (name: string) => boolean,
): Gathered | CannotGather {
  const text = spelledOut(written);
  const clauses = clausesOf(text);
  if (clauses === undefined)
    return cannot('its outermost SELECT stands in parentheses', 'take the parentheses away');
  if (clauses.orderBy.length !== statement.orderBy.length) return unclear;
  const limits = limitsOf(statement, text, clauses);
  if ('reason' in limits) return limits;
  const pieces: Pieces = { hidden: [] };
  const source = { statement, text, clauses, pieces, isInputColumn };
  const groups = groupsMeet ? groupedOutputs(source) : undefined;
  if (groups !== undefined && 'reason' in groups) return groups;
  const order = orderOf(source, groups);
  if ('reason' in order) return order;
  const isDistinct = comparesRows(statement);
  if (isDistinct && groups === undefined && pieces.hidden.length > 0)
    return cannot(
      'DISTINCT and a sort by something that is not among its columns',
      'add what it is ordered by to the list',
    );

  const base = baseText(text, clauses, pieces);
  if (!isFaithful(reader, base, statement, pieces)) return unclear;
  const limited = groups === undefined && limits.wide !== undefined;
  const keepsOrder = limited || hasDistinctOn(statement);
  const ordering =
    clauses.ordering === undefined ? '' : ` ${text.slice(clauses.ordering.start, clauses.ordering.end)}`;
  const part = numbered(`${base}${keepsOrder ? ordering : ''}${limited ? ` ${limits.wide}` : ''}`);
  return {
    ...part,
    hidden: pieces.hidden.length,
    query: (types) => combining(base, pieces.hidden.length, types, { groups, order, isDistinct, limits }),
    cut: groups === undefined && order.length === 0 && !isDistinct ? cutOf(limits) : () => undefined,
  };
}

/** TABLE is short for SELECT * FROM. */
function spelledOut(text: string): string {
  const [first] = tokensOf(text);
  return first?.word === 'table' ? `SELECT * FROM${text.slice(first.end)}` : text;
}

/** DISTINCT or UNION: equal rows of two shards are one. DISTINCT ON keeps a key's rows together, and each shard picks. */
function comparesRows({ body }: SelectStatement): boolean {
  if (body.kind === 'core') return body.distinct;
  return body.kind === 'setOperation' && body.operation === 'union' && !body.all;
}

function hasDistinctOn({ body }: SelectStatement): boolean {
  return body.kind === 'core' && body.distinctOn.length > 0;
}

/** The statement without its ORDER BY and limits, and with its hidden columns. */
function baseText(
  text: string,
  clauses: NonNullable<ReturnType<typeof clausesOf>>,
  { hidden }: Pieces,
): string {
  const cuts = [...clauses.limits, ...(clauses.ordering === undefined ? [] : [clauses.ordering])];
  const end = Math.min(clauses.end, ...cuts.map(({ start }) => start));
  const listEnd = clauses.items.at(-1)?.end;
  const whole = text.slice(0, end).trimEnd();
  if (hidden.length === 0 || listEnd === undefined) return whole;
  const added = hidden.map((column, at) => `, ${column.text} AS shardwright_${at + 1}`).join('');
  return whole.slice(0, listEnd) + added + whole.slice(listEnd);
}

/** Read again: the same statement but for ORDER BY and limits, and these hidden columns. */
function isFaithful(reader: Reader, base: string, statement: SelectStatement, { hidden }: Pieces): boolean {
  const read = reader.read(base);
  if (!read.ok || read.statement.kind !== 'select') return false;
  const { orderBy: _order, limit: _limit, offset: _offset, withTies: _ties, ...rest } = statement;
  const { orderBy, limit, offset, withTies: _none, ...got } = read.statement;
  if (orderBy.length > 0 || limit !== undefined || offset !== undefined) return false;
  const body = withoutHidden(got.body, hidden);
  return (
    body !== undefined && JSON.stringify({ ...got, body }) === JSON.stringify({ ...rest, body: rest.body })
  );
}

function withoutHidden(
  body: SelectStatement['body'],
  hidden: Pieces['hidden'],
): SelectStatement['body'] | undefined {
  if (hidden.length === 0) return body;
  if (body.kind !== 'core') return undefined;
  const first = body.output.length - hidden.length;
  const isExpected = hidden.every(({ expr }, at) => {
    const got = body.output[first + at];
    return expr === undefined || isSame(got?.expr, expr);
  });
  return isExpected ? { ...body, output: body.output.slice(0, first) } : undefined;
}

interface Combining {
  readonly groups: { readonly items: readonly Printed[]; readonly by: readonly Printed[] } | undefined;
  readonly order: readonly Printed[];
  readonly isDistinct: boolean;
  readonly limits: Limits;
}

/** The rows of no shard give the columns their types and collations, the rows of all shards come as arrays. */
function combining(base: string, hidden: number, types: readonly string[], how: Combining): CombineQuery {
  const outputs = types.length - hidden;
  const at = (index: number) => ({ name: `c${index + 1}`, type: types[index] ?? 'text' });
  const columns: Columns = { output: at, hidden: (index) => at(outputs + index), outputs };
  const names = types.map((_, index) => `c${index + 1}`);
  const items = how.groups?.items.map((print) => print(columns)) ?? names.slice(0, outputs);
  const grouping = how.groups?.by.map((print) => print(columns)) ?? [];
  const order = how.order.map((print) => print(columns));
  const rows = types.map((type, index) => `r.c${index + 1}::${type}`);
  // Numbers beyond those of the statement, until all are numbered anew.
  const arrays = types.map((_, index) => `$${firstArray + index}::text[]`);
  const whole = numbered(
    [
      `SELECT ${how.isDistinct ? 'DISTINCT ' : ''}${items.join(', ')}`,
      `FROM ((SELECT * FROM (${base}) AS o LIMIT 0)`,
      `UNION ALL SELECT ${rows.join(', ')} FROM unnest(${arrays.join(', ')}) AS r (${names.join(', ')}))`,
      `AS p (${names.join(', ')})`,
      ...(grouping.length === 0 ? [] : [`GROUP BY ${grouping.join(', ')}`]),
      ...(order.length === 0 ? [] : [`ORDER BY ${order.join(', ')}`]),
      how.limits.text,
    ].join(' '),
  );
  return { text: whole.text, arguments: whole.parameters.map(argumentNumbered) };
}

/** PostgreSQL's protocol counts parameters in 16 bits. */
const firstArray = 70_000;

function argumentNumbered(number: number): CombineArgument {
  return number < firstArray ? { kind: 'parameter', number } : { kind: 'column', at: number - firstArray };
}
