// The marketplace's writes. Each runs on the monolith twice, in transactions that are rolled back: a column in which its two runs
// differ (a sequence's number, the time, a random value) is one that the server makes, and is not compared. Through the shards it
// is committed as a program would; then tag, RETURNING and the rows of all tables are held against the monolith's, and the shards
// are put back. So every statement begins with the same rows on both sides, and nothing drifts.
import pg from 'pg';
import { compareAnswers, refusalIn, wrong } from './answers.js';
import { askAll } from './forms.js';
import {
  keepCopies,
  nextTransaction,
  openTables,
  putBack,
  sumsOf,
  sumsText,
  tablesOf,
  thisTransaction,
  withoutMade,
  writtenRows,
} from './tables.js';
import { askOf } from './through.js';

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
      const text = sumsText(tables, at < shards.length ? keyOf : () => undefined);
      return { client, tables, at, text, before: await sumsOf(client, text, await nextTransaction(client)) };
    }),
  );
  function keyOf(name) {
    const placement = placements.get(name);
    return placement?.placement === 'sharded' ? placement.key : undefined;
  }
  const text = sumsText(columns, () => undefined);
  const world = { whole, text, columns, parts, placements, router, unguarded, shards: shards.length };
  return {
    monolith: whole,
    compare: (asked) => compareWrite(world, asked),
    end: () => Promise.all([whole, ...parts.map(({ client }) => client)].map((client) => client.end())),
  };
}

async function compareWrite(world, { query, asks, ShardwrightRefusal }) {
  const { parts, unguarded } = world;
  const since = await Promise.all(parts.map(({ client }) => nextTransaction(client)));
  const [{ answer: got }] = await askAll(query, asks);
  const refusal = refusalIn(got, ShardwrightRefusal);
  const expected = refusal === undefined ? await onMonolith(world, asks) : undefined;
  const after = await Promise.all(
    parts.map(async ({ client, text, tables }, at) => {
      const sums = await sumsOf(client, text, since[at]);
      return withoutMade(client, sums, tables, expected?.made ?? nothing, since[at]);
    }),
  );
  const changed = parts.map(({ tables, before }, at) =>
    [...tables.values()].filter(({ name }) => isChanged(before.get(name), after[at].get(name))),
  );
  await Promise.all(parts.map(({ client }, at) => putBack(client, changed[at])));
  if (refusal !== undefined) {
    const [left] = changed.flat();
    return left === undefined ? refusal : wrong(`refused, and ${left.name} has changed`);
  }
  const without = withoutColumns(expected.madeReturned);
  const outcome = compareAnswers(without(got), without(expected.answer), {
    isOrdered: false,
    isUnguarded: ({ constraint }) => unguarded.has(constraint),
  });
  if (outcome.result === 'wrong' || outcome.result === 'skipped') return outcome;
  const why = sumsDiffer(world, after, expected.sums);
  return why === undefined ? outcome : wrong(why);
}

function isChanged(before, after) {
  return after.written > 0 || after.left !== before.left;
}

/** Its answer, what it leaves, and what the server makes of it: that in which its two runs differ. */
async function onMonolith(world, asks) {
  const { columns, text } = world;
  const first = await rehearse(world, asks, async (client, since) => {
    const sums = await sumsOf(client, text, since);
    const written = [...columns.values()].filter(({ name }) => sums.get(name).written > 0);
    return { sums, written, rows: await rowsOf(client, written, since) };
  });
  const second = await rehearse(world, asks, async (client, since) => {
    const rows = await rowsOf(client, first.written, since);
    const made = new Map(
      first.written.map(({ name }) => [name, differing(first.rows.get(name), rows.get(name))]),
    );
    return { made, sums: await withoutMade(client, first.sums, columns, made, since) };
  });
  return { ...second, madeReturned: differingReturned(first.answer, second.answer) };
}

/** Once, looked at, and rolled back. */
async function rehearse({ whole }, asks, look) {
  await whole.query('BEGIN');
  try {
    const [{ answer }] = await askAll((ask) => askOf(whole, ask), asks);
    // After an error nothing is left, and nothing can be looked at.
    if (answer instanceof Error) await whole.query('ROLLBACK; BEGIN');
    return { answer, ...(await look(whole, await thisTransaction(whole))) };
  } finally {
    await whole.query('ROLLBACK');
  }
}

async function rowsOf(client, tables, since) {
  const rows = new Map();
  for (const table of tables) rows.set(table.name, await writtenRows(client, table, since));
  return rows;
}

/** Columns whose values are not the same in both runs. */
function differing(first, second) {
  const names = new Set([...first, ...second].flatMap((row) => Object.keys(row)));
  return new Set([...names].filter((name) => valuesIn(first, name) !== valuesIn(second, name)));
}

/** Places of returned columns whose values are not the same in both runs. */
function differingReturned(first, second) {
  if (first instanceof Error || second instanceof Error) return new Set();
  const places = second.fields.map((_, at) => at);
  return new Set(places.filter((at) => valuesIn(first.rows, at) !== valuesIn(second.rows, at)));
}

function valuesIn(rows, column) {
  return rows
    .map((row) => JSON.stringify(row[column]))
    .sort()
    .join();
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
