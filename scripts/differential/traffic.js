// The marketplace's reads through the library, on a lab of real clusters, held against the monolith that has all rows. Writes are
// the random run's: what the server makes up (ids, the time) differs from database to database.

const asText = { getTypeParser: () => (text) => text };
/** What a database says of itself is its own. */
const aboutItself = /pg_stat|pg_database|pg_catalog|information_schema|^\s*explain/i;

/**
 * @param {{ lab: any, index: any, plan: any, inputs: readonly string[], schema: readonly string[], shards: number, perStatement: number }} given
 * @param {(found: import('./random.js').Found) => void} onFound
 */
export async function runTraffic({ lab, index, plan, inputs, schema, shards, perStatement }, onFound) {
  const { startLab, loadLab, readTraffic, bindStatements } = lab;
  const databases = await startLab({ shards });
  try {
    await loadLab(databases, { inputs, placements: plan.tables, scale: 1 });
    const { statements, reader } = await readTraffic(inputs);
    const dsn = databases.monolith.dsn;
    const { bound } = await bindStatements({ dsn, statements, reader, perStatement });
    const pool = await index.connect({
      plan,
      schema,
      shards: databases.shards.map((one) => one.dsn),
      unsharded: databases.unsharded.dsn,
    });
    const whole = await index.connect({
      plan: { tables: unsharded(plan) },
      schema,
      shards: [dsn],
      unsharded: dsn,
    });
    try {
      for (const { id, text, params, isWrite } of bound) {
        if (!isWrite && !aboutItself.test(text))
          onFound(await compare(pool, whole, index, { id, text, params }));
      }
    } finally {
      await Promise.all([pool.end(), whole.end()]);
    }
  } finally {
    await databases.stop();
  }
}

/** The monolith as a plan of its own: everything is on one database. */
function unsharded({ tables }) {
  return new Map([...tables.keys()].map((name) => [name, { placement: 'unsharded' }]));
}

async function compare(pool, whole, { ShardwrightRefusal }, { id, text, params }) {
  const found = { number: id, sql: text, params, shape: id };
  const ask = (values) => ({ text, values, rowMode: 'array', types: asText });
  const got = await pool.query(ask(params)).catch((error) => error);
  if (got instanceof ShardwrightRefusal)
    return { ...found, verdict: got.verdict, result: 'refused', why: got.message };
  const expected = await whole.query(ask(params)).catch((error) => error);
  const verdict = 'traffic';
  if (got instanceof Error && expected instanceof Error) return { ...found, verdict, result: 'both fail' };
  if (got instanceof Error || expected instanceof Error)
    return {
      ...found,
      verdict,
      result: 'wrong',
      why: `${got.message ?? 'answered'}; monolith: ${expected.message ?? 'answered'}`,
    };
  const texts = ({ rows }) => rows.map((row) => JSON.stringify(row)).sort();
  const [left, right] = [texts(got), texts(expected)];
  if (left.length === right.length && left.every((row, at) => row === right[at]))
    return { ...found, verdict, result: 'same' };
  const all = new Set(texts(await whole.query(ask(unlimited(text, params)))));
  const isChoice = left.length === right.length && left.every((row) => all.has(row));
  return isChoice
    ? { ...found, verdict, result: 'same choice of rows that tie' }
    : {
        ...found,
        verdict,
        result: 'wrong',
        why: `monolith ${right.slice(0, 3)}; library ${left.slice(0, 3)}`,
      };
}

/** With a LIMIT that leaves nothing out: rows that tie at the limit may be any of these. */
function unlimited(text, params) {
  const [, number] = /\b(?:limit|fetch\s+(?:first|next))\s+\$(\d+)/i.exec(text) ?? [];
  return params.map((value, at) => (String(at + 1) === number ? '1000000' : value));
}
