// The marketplace's traffic through the library and the wire router, on a lab of real clusters, held against the monolith that has
// all rows.
import { compareAnswers, refusalIn, wrong } from './answers.js';
import { askAll, trafficAsks } from './forms.js';
import { askOf, openLibrary, openWire } from './through.js';
import { openWrites } from './writes.js';

/** What a database says of itself is its own. */
const aboutItself = /pg_stat|pg_database|pg_catalog|information_schema|^\s*explain/i;

/**
 * @param {{ rooms: any, through: readonly string[], plan: any, inputs: readonly string[], schema: readonly string[], shards: number, perStatement: number, writesPerStatement: number }} given
 *   `rooms`: of the project, its library as `index` beside them
 * @param {(found: import('./random.js').Found) => void} onFound
 */
export async function runTraffic(
  { rooms, through, plan, inputs, schema, shards, perStatement, writesPerStatement },
  onFound,
) {
  const { startLab, loadLab, readTraffic, bindStatements } = rooms.lab;
  const databases = await startLab({ shards, settings: { max_prepared_transactions: 32 } });
  const open = [];
  try {
    await loadLab(databases, { inputs, placements: plan.tables, scale: 1 });
    const { statements, reader } = await readTraffic(inputs);
    const { dsn } = databases.monolith;
    const { bound } = await bindStatements({ dsn, statements, reader, perStatement });
    const routerOf = (severalWrites) =>
      rooms.index.openRouter({ plan, schema, config: rooms.index.emptyConfig, shards, severalWrites });
    const places = {
      shards: databases.shards.map((one) => one.dsn),
      unsharded: databases.unsharded.dsn,
    };
    const bugs = [];
    const ways = await Promise.all(
      through.map(async (way) => {
        const router = await routerOf(way === 'library' ? 'two-phase' : 'refused');
        const opened =
          way === 'library'
            ? openLibrary(rooms, { router, ...places })
            : await openWire(rooms, { router, ...places }, (bug) => bugs.push(bug));
        open.push(opened);
        return { way, router, query: opened.query };
      }),
    );
    const writes = await openWrites(databases, {
      placements: plan.tables,
      router: ways[0].router,
      unguarded: await unguardedBy(rooms, plan, schema),
    });
    open.push(writes);
    const { ShardwrightRefusal } = rooms.pool;
    const asked = bound.filter(({ text }) => !aboutItself.test(text));
    for (const [i, { id, text, params, isWrite }] of fewerWrites(asked, writesPerStatement).entries()) {
      for (const { way, router, query } of ways) {
        const { form, asks } = trafficAsks(way, { sql: text, params }, i, isWrite);
        const { verdict } = router.shape(asks[0].texts[0]).decide({ values: params });
        const world = { query, asks, ShardwrightRefusal, monolith: writes.monolith };
        const outcome = isWrite
          ? await writes.compare(world)
          : await compareRead(world, { sql: text, params }, way, i);
        const bug = bugs.splice(0).map((error) => error?.stack ?? error);
        const found = { number: id, way, form, sql: text, params, shape: id, verdict, ...outcome };
        onFound(bug.length === 0 ? found : { ...found, ...wrong(`a bug: ${bug.join('; ')}`) });
      }
    }
  } finally {
    for (const { end } of open) await end();
    await databases.stop();
  }
}

/** A write takes as long as twenty reads: all tables are looked at. */
function fewerWrites(bound, most) {
  const seen = new Map();
  return bound.filter(({ id, isWrite }) => {
    seen.set(id, (seen.get(id) ?? 0) + 1);
    return !isWrite || seen.get(id) <= most;
  });
}

/** Constraints that the plan says no shard can guard. */
async function unguardedBy({ catalog, planner }, { tables }, schema) {
  const declared = await catalog.readSchema(await catalog.loadTextFiles(schema));
  return new Set(planner.unenforceable(declared, tables).map(({ constraint }) => constraint));
}

async function compareRead({ query, asks, ShardwrightRefusal, monolith }, statement, way, i) {
  const [{ answer: got }] = await askAll(query, asks);
  const refusal = refusalIn(got, ShardwrightRefusal);
  if (refusal !== undefined) return refusal;
  const whole = (ask) => askOf(monolith, ask);
  const [{ answer: expected }] = await askAll(whole, asks);
  const outcome = compareAnswers(got, expected, { isOrdered: false });
  if (got instanceof Error || expected instanceof Error) return outcome;
  if (!isSorted(statement.sql, got, expected))
    return wrong('the rows are not in the order that is asked for');
  if (outcome.result !== 'wrong') {
    const isAlike = compareAnswers(got, expected, { isOrdered: true }).result === 'same';
    return isAlike || !ordering(statement.sql)
      ? outcome
      : { result: 'same but for the order of rows that tie' };
  }
  const [{ answer: all }] = await askAll(whole, trafficAsks(way, unlimited(statement), i).asks);
  const rows = new Set(all.rows.map((row) => JSON.stringify(row)));
  const isChoice =
    got.rows.length === expected.rows.length && got.rows.every((row) => rows.has(JSON.stringify(row)));
  return isChoice ? { result: 'same choice of rows that tie' } : outcome;
}

/** Whoever sorts, and in whatever order rows that tie come: the values that are sorted by come in one order. */
function isSorted(sql, got, expected) {
  const names = expected.fields.map(({ name }) => name);
  const places = (ordering(sql) ?? []).map((item) =>
    /^\d+$/.test(item) ? Number(item) - 1 : names.indexOf(item),
  );
  const values = ({ rows }) => JSON.stringify(rows.map((row) => places.map((at) => row[at])));
  return values(got) === values(expected);
}

/** What the outermost ORDER BY names, each as an output would be called: `a."b" DESC` is b. Undefined without one. */
function ordering(sql) {
  const [, list] =
    /\border\s+by\s+((?:[^()]|\([^()]*\))*?)\s*(?:\b(?:limit|offset|fetch|for)\b[^()]*)?;?\s*$/i.exec(sql) ??
    [];
  return list?.split(/,(?![^(]*\))/).map((item) =>
    item
      .replace(/\s+(?:asc|desc|nulls\s+\w+)\b/gi, '')
      .replace(/^.*\./s, '')
      .replaceAll('"', '')
      .trim(),
  );
}

/** With a LIMIT that leaves nothing out: rows that tie at the limit may be any of these. */
function unlimited({ sql, params }) {
  const [, number] = /\b(?:limit|fetch\s+(?:first|next))\s+\$(\d+)/i.exec(sql) ?? [];
  return { sql, params: params.map((value, at) => (String(at + 1) === number ? '1000000' : value)) };
}
