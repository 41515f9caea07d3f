// The marketplace's writes. Each runs on the monolith twice, in transactions that are rolled back: a column in which its two runs
// differ (a sequence's number, the time, a random value) is one that the server makes, and is not compared. Through the shards it
// is committed as a program would; then tag, RETURNING and the rows of all tables are held against the monolith's second run, and
// the shards are put back. So every statement begins with the same rows on both sides, and nothing drifts.
import pg from 'pg';
import { compareAnswers, refusalOf, wrong } from './answers.js';
import { askAll } from './forms.js';
import { keepCopies, nextTransaction, openTables, putBack, sumsOf, tablesOf, writtenRows } from './tables.js';
import { askOf } from './through.js';
import { refusedAs } from './traffic.js';

const nothing = new Map();

/**
 * @param {any} lab
 * @param {{ placements: ReadonlyMap<string, any>, router: any, unguarded: ReadonlySet<string> }} plan
 *   `router`: where keys are; `unguarded`: names of constraints that no shard can guard, as the plan lists them
 */
export async function openWrites({ monolith, shards, unsharded }, { placements, router, unguarded }) {
  const whole = new pg.Client({ connectionString: monolith.dsn });
  await whole.connect();
  await whole.query("SET timezone = 'UTC'");
  const columns = await tablesOf(whole);
  const parts = await Promise.all(
    [...shards, unsharded].map(async ({ adminDsn }, at) => {
      const client = await openTables(adminDsn);
      const own = await tablesOf(client);
      // Of the columns that both have: shards have added keys.
      const tables = new Map(
        [...own].map(([name, table]) => [name, { ...table, columns: columns.get(name).columns }]),
      );
      await keepCopies(client, tables);
      return { client, tables, at };
    }),
  );
  const keyOf = (name) =>
    placements.get(name)?.placement === 'sharded' ? placements.get(name).key : undefined;
  const keyOn = ({ at }) => (at < shards.length ? keyOf : () => undefined);
  for (const part of parts)
    part.before = await sumsOf(
      part.client,
      part.tables,
      nothing,
      keyOn(part),
      await nextTransaction(part.client),
    );
  const world = { whole, columns, parts, placements, router, unguarded, keyOn, shards: shards.length };
  return {
    monolith: whole,
    compare: (asked) => compareWrite(world, asked),
    end: () => Promise.all([whole, ...parts.map(({ client }) => client)].map((client) => client.end())),
  };
}

async function compareWrite(world, { query, asks, ShardwrightRefusal }) {
  const { parts, keyOn } = world;
  const since = await Promise.all(parts.map(({ client }) => nextTransaction(client)));
  const [{ answer: got }] = await askAll(query, asks);
  const refusal = refusalOf(got, ShardwrightRefusal);
  const expected = refusal === undefined ? await onMonolith(world, asks) : undefined;
  const made = expected?.made ?? nothing;
  const after = await Promise.all(
    parts.map((part, at) => sumsOf(part.client, part.tables, made, keyOn(part), since[at])),
  );
  const changed = parts.map(({ tables, before }, at) =>
    [...tables.values()].filter(({ name }) => isChanged(before.get(name), after[at].get(name))),
  );
  await Promise.all(parts.map(({ client }, at) => putBack(client, changed[at])));
  if (refusal !== undefined) {
    return changed.flat().length === 0
      ? refusedAs(refusal)
      : wrong(`refused, and ${changed.flat()[0].name} has changed`);
  }
  const without = withoutColumns(expected.madeReturned);
  const isUnguarded = world.unguarded.has(expected.answer.constraint);
  const outcome = compareAnswers(without(got), without(expected.answer), { isOrdered: false, isUnguarded });
  if (outcome.result === 'wrong' || outcome.result === 'skipped') return outcome;
  const why = sumsDiffer(world, after, expected.sums);
  return why === undefined ? outcome : wrong(why);
}

function isChanged(before, after) {
  return after.written > 0 || after.left !== before.left;
}

/** Its answer and what it leaves, from the second of two runs; what the server makes, from both. */
async function onMonolith({ whole, columns }, asks) {
  const run = async (look) => {
    await whole.query('BEGIN');
    try {
      const [{ answer }] = await askAll((ask) => askOf(whole, ask), asks);
      // After an error nothing can be looked at.
      return {
        answer,
        ...(answer instanceof Error ? await lookAfterRollback(whole, look) : await look(answer)),
      };
    } finally {
      await whole.query('ROLLBACK');
    }
  };
  const first = await run(async () => ({ rows: await writtenRows(whole, columns) }));
  return run(async (answer) => {
    const rows = await writtenRows(whole, columns);
    const made = new Map(
      [...columns.keys()].map((name) => [name, differing(first.rows?.get(name), rows.get(name))]),
    );
    const sums = await sumsOf(whole, columns, made, () => undefined);
    return { rows, made, sums, madeReturned: differingReturned(first.answer, answer) };
  });
}

async function lookAfterRollback(whole, look) {
  await whole.query('ROLLBACK; BEGIN');
  return look(undefined);
}

/** Columns whose values are not the same in both runs. */
function differing(first = [], second = []) {
  const names = new Set([...first, ...second].flatMap(({ row }) => Object.keys(row)));
  const values = (rows, name) =>
    rows
      .map(({ row }) => JSON.stringify(row[name]))
      .sort()
      .join();
  return new Set([...names].filter((name) => values(first, name) !== values(second, name)));
}

function differingReturned(first, second) {
  if (first?.rows === undefined || second?.rows === undefined) return new Set();
  const values = ({ rows }, at) =>
    rows
      .map((row) => JSON.stringify(row[at]))
      .sort()
      .join();
  return new Set(second.fields.flatMap((_, at) => (values(first, at) === values(second, at) ? [] : [at])));
}

function withoutColumns(places) {
  if (places.size === 0) return (answer) => answer;
  return (answer) =>
    answer instanceof Error
      ? answer
      : {
          ...answer,
          rows: answer.rows.map((row) => row.map((value, at) => (places.has(at) ? 'made' : value))),
        };
}

function sumsDiffer({ columns, placements, router, parts, shards }, after, expected) {
  for (const name of columns.keys()) {
    const placement = placements.get(name) ?? { placement: 'unsharded' };
    const there = parts.flatMap(({ at }) => (after[at].has(name) ? [{ at, sum: after[at].get(name) }] : []));
    const wanted = textOf(expected.get(name));
    const got =
      placement.placement === 'sharded'
        ? [added(there.filter(({ at }) => at < shards).map(({ sum }) => sum))]
        : there.map(({ sum }) => sum);
    if (got.length === 0 || got.some((sum) => textOf(sum) !== wanted))
      return `${name} differs afterwards: ${got.map(textOf).join(' ')}, on the monolith ${wanted}`;
    if (placement.placement !== 'sharded') continue;
    const misplaced = there.some(({ at, sum }) =>
      sum.keys.some((key) => placeOf(router, placement, key) !== at),
    );
    if (misplaced) return `a row of ${name} lies where its key does not`;
  }
  return undefined;
}

function placeOf(router, { group }, key) {
  return key === null ? 0 : router.locate(key, group).shard;
}

const textOf = ({ written, left, made }) => `${written} ${left} ${made}`;

function added(sums) {
  const sum = (field) => sums.reduce((total, one) => total + BigInt(one[field]), 0n).toString();
  return { written: Number(sum('written')), left: sum('left'), made: sum('made') };
}
