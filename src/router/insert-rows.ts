/**
 * INSERT … VALUES of several rows: each shard gets the rows whose keys live there, in their order. The rows that RETURNING
 * gives are put back into the order of the statement where each shard returns all of its own.
 */

import { columnOf } from '../catalog/index.js';
import type { Given, KeyConstant, Merge, Part } from '../model/index.js';
import { assignedConstant } from '../sql/index.js';
import type { InsertStatement } from '../syntax/index.js';
import { numbered, type Span, type Token, tokensOf } from './clauses.js';
import type { Decide, Deciding } from './input.js';
import { keyReader } from './keys.js';
import { refusal } from './refusals.js';

export function insertByRows(one: Deciding, statement: InsertStatement): Decide {
  const { input, judged, isWrite, placeOf } = one;
  const { verdict, text, query } = judged;
  const refuse = (reason: string): Decide => {
    const decision = refusal(verdict, isWrite, {
      reason,
      fix: 'insert the rows of one key in a statement of their own',
    });
    return () => decision;
  };
  const keys = rowKeys(one, statement);
  const spans = rowSpans(text);
  if (keys === undefined) return refuse('the shard key of a row is not a plain value');
  if (spans === undefined || spans.length !== keys.length)
    return refuse('its rows could not be told apart in the text');
  const sharded =
    query?.instances.filter(({ table }) => input.placements.get(table)?.placement === 'sharded') ?? [];
  if (sharded.length !== 1 || statement.with !== undefined)
    return refuse('it reads other sharded rows beside those that it inserts');
  const read = keyReader(input, judged);
  const { tables } = verdict;
  return (given: Given) => {
    const rowsOf = new Map<number, number[]>();
    for (const [row, constant] of keys.entries()) {
      const key = read.value(constant, given);
      if (key.kind !== 'value') return refusal(verdict, isWrite, key);
      const { shard } = placeOf(read.group, key.value);
      const rows = rowsOf.get(shard);
      if (rows === undefined) rowsOf.set(shard, [row]);
      else rows.push(row);
    }
    const shards = [...rowsOf.keys()].sort((a, b) => a - b);
    const [only] = shards;
    if (shards.length === 1 && only !== undefined)
      return { kind: 'one', verdict: verdict.verdict, tables, isWrite, shard: only, group: read.group };
    const places = shards.map((shard) => rowsOf.get(shard) ?? []);
    const parts = shards.map(
      (shard, at): Part => ({ shard, ...numbered(withRows(text, spans, places[at] ?? [])) }),
    );
    const merge: Merge = { kind: 'concatenate', places };
    return { kind: 'several', verdict: verdict.verdict, tables, isWrite, parts, merge };
  };
}

/** The constant of the key in each row. */
function rowKeys(
  { input, judged }: Deciding,
  statement: InsertStatement,
): readonly KeyConstant[] | undefined {
  const write = judged.query?.writes.find(({ kind }) => kind === 'insert');
  const placement = write === undefined ? undefined : input.placements.get(write.table);
  const table = write === undefined ? undefined : input.catalog.tables.get(write.table);
  if (placement?.placement !== 'sharded' || table === undefined || statement.source?.body.kind !== 'values')
    return undefined;
  const columns = statement.columns ?? (table.columnsComplete ? table.columns.map(({ name }) => name) : []);
  const at = columns.indexOf(placement.key);
  const column = columnOf(table, placement.key);
  const constants = statement.source.body.rows.map((row) => {
    const expr = row[at];
    return expr === undefined ? undefined : assignedConstant(expr, column, placement.key)?.constant;
  });
  return at >= 0 && constants.every((constant) => constant !== undefined) ? constants : undefined;
}

/** The rows behind VALUES, each with its parentheses. */
function rowSpans(text: string): readonly Span[] | undefined {
  const tokens = tokensOf(text);
  const values = tokens.findIndex(({ word, depth }) => depth === 0 && word === 'values');
  if (values < 0) return undefined;
  const spans: Span[] = [];
  let at = values + 1;
  while (tokens[at]?.word === '(') {
    const close = closing(tokens, at);
    if (close < 0) return undefined;
    spans.push({ start: tokens[at]?.start ?? 0, end: tokens[close]?.end ?? 0 });
    if (tokens[close + 1]?.word !== ',') break;
    at = close + 2;
  }
  return spans;
}

function closing(tokens: readonly Token[], open: number): number {
  return tokens.findIndex(
    ({ word, depth }, at) => at > open && word === ')' && depth === tokens[open]?.depth,
  );
}

function withRows(text: string, spans: readonly Span[], rows: readonly number[]): string {
  const start = spans[0]?.start ?? 0;
  const end = spans.at(-1)?.end ?? 0;
  const kept = rows.map((row) => text.slice(spans[row]?.start, spans[row]?.end)).join(', ');
  return text.slice(0, start) + kept + text.slice(end);
}
