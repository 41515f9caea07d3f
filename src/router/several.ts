/** Statements that several shards answer: which shards, what each is asked, and how the rows are put together. */

import { columnOf } from '../catalog/index.js';
import type { Decision, Given, Merge, Part } from '../model/index.js';
import {
  highestParameter,
  type SelectStatement,
  type Statement,
  walkExpr,
  walkStatements,
} from '../syntax/index.js';
import { copyTexts } from './copy-out.js';
import { type Gathered, gather } from './gather.js';
import { clockProblem, copiesProblem } from './global-writes.js';
import type { Decide, Deciding, JudgedText } from './input.js';
import { insertByRows } from './insert-rows.js';
import { keyReader } from './keys.js';
import { refusal } from './refusals.js';

/** scatter, multi-shard and global-write. */
export function decideSeveral(one: Deciding): Decide {
  const { judged, isWrite, input } = one;
  const { statement, verdict, query } = judged;
  const select = selectOf(judged);
  if (statement !== undefined && asksByPlace(statement)) return refuse(one, byPlace);
  if (!isWrite && judged.role.kind === 'copy-out') return copyOut(one);
  if (!isWrite && select !== undefined) return read(one, select);
  if (statement === undefined || query === undefined) return refuse(one);
  if (statement.kind === 'utility' && !truncates(judged)) return refuse(one, notAsWhole);
  if (input.severalWrites !== 'two-phase') return refuse(one, notOptedIn);
  if (truncates(judged)) return truncate(one);
  if (select !== undefined) return refuse(one, locksEverywhere);
  if (verdict.verdict === 'global-write') return writeCopies(one);
  if (statement.kind === 'insert' && statement.source?.body.kind === 'values')
    return insertByRows(one, statement);
  return wholeText(one);
}

const notOptedIn = {
  reason: 'it writes on several shards, and no transaction covers them',
  fix: 'split it by key in the application, or let writes on several shards be two-phase (severalWrites: two-phase), which needs max_prepared_transactions on every server',
};

const locksEverywhere = {
  reason: 'it locks or writes rows on several shards, and reads them as one',
  fix: 'do it for the rows of one key at a time',
};

const byPlace = {
  reason: 'it asks by ctid, where a row lies, and each shard has rows in the same places',
  fix: 'ask by the primary key, or add the shard key',
};

const notAsWhole = {
  reason: 'EXPLAIN, and what else holds a statement, is about one database',
  fix: 'explain it with a key, or on each database by itself',
};

function truncates({ role }: JudgedText): boolean {
  return role.kind === 'utility' && role.command === 'truncate table';
}

function truncate(one: Deciding): Decide {
  return one.judged.verdict.verdict === 'global-write' ? everywhere(one) : wholeText(one);
}

function asksByPlace(statement: Statement): boolean {
  let found = false;
  walkStatements(statement, (_, exprs) => {
    for (const expr of exprs)
      walkExpr(expr, (inner) => {
        found ||= inner.kind === 'column' && inner.path.at(-1) === 'ctid';
      });
  });
  return found;
}

/** The outermost SELECT, but not what EXPLAIN or COPY have inside. */
function selectOf({ statement }: JudgedText): SelectStatement | undefined {
  return statement?.kind === 'select' ? statement : undefined;
}

function refuse(
  { judged, isWrite }: Deciding,
  said: { readonly reason?: string; readonly fix?: string } = {},
): Decide {
  const decision = refusal(judged.verdict, isWrite, said);
  return () => decision;
}

// ── reads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function read(one: Deciding, select: SelectStatement): Decide {
  const { judged, input } = one;
  const { verdict, text } = judged;
  const gathered = gather(select, text, verdict.groupsMeet === true, input.reader, isInputColumn(one));
  if ('reason' in gathered) return refuse(one, gathered);
  return (given) => {
    const shards = shardsOf(one, given);
    const [only] = shards;
    if (shards.length === 1 && only !== undefined) return alone(one, only);
    const parts = shards.map(
      (shard): Part => ({ shard, text: gathered.text, parameters: gathered.parameters }),
    );
    return together(one, parts, mergeOf(gathered, given));
  };
}

function mergeOf({ query, cut, hidden }: Gathered, given: Given): Merge {
  const plain = cut(given);
  return plain === undefined ? { kind: 'combine', hidden, query } : { kind: 'concatenate', ...plain };
}

/** The shards of the listed keys; every shard where one of them is not known for certain. */
function shardsOf({ input, judged, placeOf, shards }: Deciding, given: Given): readonly number[] {
  const { verdict } = judged;
  const all = Array.from({ length: shards() }, (_, shard) => shard);
  if (verdict.verdict !== 'multi-shard' || verdict.keyConstants === undefined) return all;
  const read = keyReader(input, judged);
  const found = new Set<number>();
  for (const constant of verdict.keyConstants) {
    const keys = read.values(constant, given);
    if (keys === undefined) return all;
    for (const key of keys) found.add(placeOf(read.group, key).shard);
  }
  // Of no key at all there are no rows, but an aggregate still says so.
  return found.size === 0 ? all.slice(0, 1) : [...found].sort((a, b) => a - b);
}

/** All keys that it lists live on one shard, which then gives the whole answer. */
function alone({ judged: { verdict }, isWrite }: Deciding, shard: number): Decision {
  const { tables } = verdict;
  return { kind: 'one', verdict: verdict.verdict, tables, isWrite, shard, group: verdict.key?.group ?? '' };
}

/** Each shard its part; their rows one after the other, unless something else is said. */
function together(
  { judged: { verdict }, isWrite }: Deciding,
  parts: readonly Part[],
  merge: Merge = { kind: 'concatenate' },
): Decision {
  return { kind: 'several', verdict: verdict.verdict, tables: verdict.tables, isWrite, parts, merge };
}

/** Might a table of the statement have a column of this name? Of a table that is not known whole, any. */
function isInputColumn({ input: { catalog }, judged }: Deciding): (name: string) => boolean {
  return (name) =>
    judged.verdict.tables.some((tableName) => {
      const table = catalog.tables.get(tableName);
      return table === undefined || !table.columnsComplete || columnOf(table, name) !== undefined;
    });
}

/** COPY of a table: each shard’s rows in turn. */
function copyOut(one: Deciding): Decide {
  const { statement } = one.judged;
  if (statement?.kind !== 'utility' || statement.inner !== undefined)
    return refuse(one, {
      reason: 'COPY of a query that needs several shards is not put together',
      fix: 'run the query itself, or copy the table',
    });
  const { text, verdict } = one.judged;
  const texts = copyTexts(text, one.input.catalog.tables.get(verdict.tables[0] ?? ''));
  if ('reason' in texts) return refuse(one, texts);
  return (given) => {
    const parts = shardsOf(one, given).map(
      (shard, at): Part => ({ shard, text: at === 0 ? texts.first : texts.others, parameters: [] }),
    );
    return together(one, parts);
  };
}

// ── writes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The same text on each shard: every row that it writes lies where its key says. */
function wholeText(one: Deciding): Decide {
  const { text } = one.judged;
  const parameters = everyParameter(text);
  return (given) => {
    const shards = shardsOf(one, given);
    const [only] = shards;
    if (shards.length === 1 && only !== undefined) return alone(one, only);
    return together(
      one,
      shards.map((shard) => ({ shard, text, parameters })),
    );
  };
}

/** Every copy of a global table, the unsharded database's included. */
function writeCopies(one: Deciding): Decide {
  const problem = copiesProblem(one.input, one.judged);
  if (problem !== undefined) return refuse(one, problem);
  const write = everywhere(one);
  return (given) => {
    const clock = clockProblem(given);
    return clock === undefined ? write(given) : refusal(one.judged.verdict, one.isWrite, clock);
  };
}

function everywhere({ judged, isWrite, shards }: Deciding): Decide {
  const { verdict, text } = judged;
  const { tables } = verdict;
  const parameters = everyParameter(text);
  return () => {
    const places = [...Array.from({ length: shards() }, (_, shard) => shard), 'unsharded' as const];
    const parts = places.map((shard): Part => ({ shard, text, parameters }));
    return { kind: 'several', verdict: verdict.verdict, tables, isWrite, parts, merge: { kind: 'same' } };
  };
}

function everyParameter(text: string): readonly number[] {
  return Array.from({ length: highestParameter(text) }, (_, at) => at + 1);
}
