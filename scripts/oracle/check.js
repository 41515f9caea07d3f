// Holds one statement's verdict against what PostgreSQL answers: the shards that the verdict names, together, must give the
// monolith's rows and leave the monolith's tables.
import { run } from './databases.js';
import { mergePlan } from './merge.js';
import { hasUnguardedUnique } from './schema.js';
import { orderColumns, print } from './tree.js';

/**
 * @typedef {{ schema: any, databases: any, judgment: any, before: readonly Map<string, string[]>[] }} World
 *   `before`: the rows of each shard
 * @typedef {{ verdict: string, result: 'right' | 'wrong' | 'both fail' | 'skipped', why?: string, sql: string, rows?: number, blocker?: string, reads?: boolean }} Finding
 */

/** @param {World} world @returns {Promise<Finding>} */
export async function check(world, tree) {
  const whole = print(tree);
  const judged = judge(world, whole.sql);
  if (judged === undefined)
    return { verdict: 'unread', result: 'skipped', why: 'not readable', sql: whole.sql };
  const { verdict, query } = judged;
  const reads = query?.command === 'select' && query.writes.length === 0;
  const found = { verdict: verdict.verdict, blocker: verdict.blocker, reads, sql: whole.sql };
  if (verdict.crash !== undefined) return { ...found, result: 'wrong', why: verdict.crash };
  const route = routeOf(world, verdict, whole.params);
  if (route.skip !== undefined) return { ...found, result: 'skipped', why: route.skip };
  const written = query.writes.length > 0 ? world.schema : undefined;
  const { databases } = world;
  const monolith = await run(databases.monolith, whole, written);
  if (mayFailAlone(world, monolith) || fallsOverTies(whole.sql, monolith))
    return { ...found, result: 'skipped', why: `fails on the monolith: ${monolith.code}` };
  const parts = route.merged ? mergePlan(tree) : { shardTree: tree, merge: (rows) => rows.flat() };
  const on = route.on.flatMap((place) => {
    const text = shardText(world, parts.shardTree, route, place.shard);
    return text === undefined ? [] : [{ ...place, text }];
  });
  const outcomes = await Promise.all(on.map(({ client, text }) => run(client, text, written)));
  const ran = { monolith, outcomes, route: { ...route, on }, merge: parts.merge, written };
  return { ...found, ...compare(world, tree, ran) };
}

function judge({ judgment }, sql) {
  try {
    return judgment.judge(sql);
  } catch (error) {
    return { verdict: { verdict: 'crash', crash: `crash: ${error.stack}` }, query: undefined };
  }
}

/** Rows of VALUES are split: each goes to the shard of its key. Undefined when none goes to this one. */
function shardText({ judgment }, tree, route, shard) {
  if (!route.split) return print(tree);
  const rows = { seen: 0, kept: 0 };
  const text = print(tree, ({ key, placement }) => {
    const isKept = placement.placement !== 'sharded' || judgment.shardOfKey(placement, key) === shard;
    rows.seen += 1;
    rows.kept += isKept ? 1 : 0;
    return isKept;
  });
  return rows.seen > 0 && rows.kept === 0 ? undefined : text;
}

/** Where the verdict says that the statement runs: `on` in turn, `merged` together or each giving the whole answer. */
function routeOf({ databases, judgment, schema }, verdict, params) {
  const on = (shards) => shards.map((shard) => ({ client: databases.shards[shard], shard }));
  const all = databases.shards.map((_, shard) => shard);
  const isSharded = (name) =>
    schema.tables.find((table) => `public.${table.name}` === name)?.placement.placement === 'sharded';
  switch (verdict.verdict) {
    case 'single-shard': {
      const shards = judgment.shardsOf(verdict, params);
      return shards === undefined ? { skip: 'the value names no shard' } : { on: on(shards) };
    }
    case 'conditional': {
      const value = (label) => params[Number(label.slice(1)) - 1];
      const pairs = verdict.pairs ?? [];
      if (pairs.length === 0 || pairs.some(([one, two]) => value(one) !== value(two) || value(one) === null))
        return { skip: 'its parameters differ' };
      const constant = { kind: 'param', number: Number(pairs[0][0].slice(1)) };
      const shards = judgment.shardsOf(
        { ...verdict, verdict: 'single-shard', keyConstants: [constant] },
        params,
      );
      return shards === undefined ? { skip: 'the value names no shard' } : { on: on(shards) };
    }
    case 'tableless':
    case 'global-read':
      return { on: on(all.slice(0, 2)), each: true };
    case 'unsharded':
      return { on: [{ client: databases.unsharded, shard: undefined }] };
    case 'multi-shard':
      return { on: on(judgment.shardsOf(verdict, params) ?? all), merged: true, split: true };
    case 'scatter':
      return { on: on(all), merged: true, split: true };
    case 'global-write':
      return verdict.tables.some(isSharded)
        ? { skip: 'copies fed by one shard' }
        : { on: on(all), each: true };
    default:
      return { skip: 'not claimed' };
  }
}

const timedOut = '57014';
const severalRows = '21000';
const isConstraint = (code) => code.startsWith('23');

/** The monolith guards constraints that no shard can; the plan lists those. */
function mayFailAlone({ schema }, monolith) {
  if (monolith.code === undefined) return false;
  return (
    monolith.code === timedOut || (isConstraint(monolith.code) && schema.tables.some(hasUnguardedUnique))
  );
}

/** PostgreSQL plans min() and max() as subqueries, and leaves a WITH TIES beside them in there: of a constant, each row is a tie. */
function fallsOverTies(sql, { code }) {
  return code === severalRows && /\b(?:min|max)\(.*WITH TIES/.test(sql);
}

function compare(world, tree, { monolith, outcomes, route, merge, written }) {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  if (failed.some(({ code }) => code === timedOut)) return { result: 'skipped', why: 'timeout' };
  if (monolith.error !== undefined && failed.length > 0) return { result: 'both fail', why: monolith.error };
  if (monolith.error !== undefined)
    return { result: 'wrong', why: `fails on the monolith only: ${monolith.error}` };
  if (failed.length > 0) return { result: 'wrong', why: `fails on a shard only: ${failed[0].error}` };
  const answers = route.each
    ? outcomes.map(({ rows }) => rows)
    : [
        merge(
          outcomes.map(({ rows }) => rows),
          monolith.types,
        ),
      ];
  for (const answer of answers) {
    const difference = rowsDiffer(tree, monolith, answer);
    if (difference !== undefined) return { result: 'wrong', why: difference };
  }
  const tables = written === undefined ? undefined : tablesDiffer(world, monolith, outcomes, route);
  return tables === undefined
    ? { result: 'right', rows: monolith.rows.length }
    : { result: 'wrong', why: tables };
}

const numeric = 1700;

/** An average is merged from sums and counts, with less digits than PostgreSQL gives. */
function roundedIf(type, value) {
  return type === numeric && value !== null ? Number(value).toPrecision(10) : value;
}

function rowsDiffer(tree, { rows: expected, types }, got) {
  const isOrdered = tree.distinctOn === undefined && !tree.limit?.ties && orderColumns(tree).length > 0;
  const texts = (rows) =>
    rows.map((row) => JSON.stringify(row.map((value, at) => roundedIf(types[at], value))));
  const [left, right] = [texts(expected), texts(got)];
  if (!isOrdered) {
    left.sort();
    right.sort();
  }
  if (left.length === right.length && left.every((row, at) => row === right[at])) return undefined;
  const few = (rows) => `${rows.length} rows: ${rows.slice(0, 4).join(' ')}`;
  return `monolith ${few(left)}; shards ${few(right)}`;
}

function tablesDiffer({ schema, before }, monolith, outcomes, route) {
  for (const { name, placement } of schema.tables) {
    const expected = monolith.tables.get(name);
    for (const got of copiesOf(name, placement.placement, { before, outcomes, route })) {
      const isSame = got.length === expected.length && got.every((row, at) => row === expected[at]);
      if (!isSame) {
        const few = (rows, others) =>
          rows
            .filter((row) => !others.includes(row))
            .slice(0, 4)
            .join(' ');
        return `${name} afterwards: monolith ${expected.length} rows, only there: ${few(expected, got)}; shards ${got.length} rows, only there: ${few(got, expected)}`;
      }
    }
  }
  return undefined;
}

/** What a table holds afterwards, once for each copy that there is. */
function copiesOf(name, placement, { before, outcomes, route }) {
  if (route.on.some(({ shard }) => shard === undefined))
    return placement === 'unsharded' ? outcomes.map(({ tables }) => tables.get(name)) : [];
  const afterwards = before.map((rows, shard) => {
    const at = route.on.findIndex((one) => one.shard === shard);
    return (at < 0 ? rows : outcomes[at].tables).get(name);
  });
  if (placement === 'unsharded') return [];
  // What any one shard may run must not change anything; what all of them run changes every copy alike.
  return placement === 'global' ? afterwards : [afterwards.flat().sort()];
}
