// Random statements (scripts/oracle) through the library's pool, held against the monolith: what is not refused must give the
// monolith's rows, or fail as it does, and leave the same rows in all tables. What is refused must say verdict and fix.
import { makeRows } from '../oracle/data.js';
import { openDatabases, tablesNow } from '../oracle/databases.js';
import { drawFrom } from '../oracle/draw.js';
import { makeStatement } from '../oracle/grammar/statement.js';
import { planOf } from '../oracle/judge.js';
import { ddlOf, hasUnguardedUnique, makeSchema } from '../oracle/schema.js';
import { orderColumns, print } from '../oracle/tree.js';

/**
 * @typedef {{ number: number, sql: string, params: readonly (string | null)[], result: 'same' | 'both fail' | 'refused' | 'skipped' | 'wrong', verdict: string, shape: string, why?: string }} Found
 * @typedef {{ seed: string, statements: number, schemas: number, shards: number, workers: number, only?: number }} Settings
 */

const asText = { getTypeParser: () => (text) => text };

/**
 * @param {Settings} settings
 * @param {{ host: string, port: number, user: string, password: string }} server
 * @param {any} rooms of the project: syntax, catalog, topology, router, pool
 * @param {(found: Found) => void} onFound
 */
export async function runDifferential(settings, server, rooms, onFound) {
  const { schemas, statements, workers, only } = settings;
  const each = Math.ceil(statements / schemas);
  let next = only === undefined ? 0 : Math.floor(only / each);
  const end = only === undefined ? schemas : next + 1;
  const work = async (worker) => {
    const databases = await openDatabases(server, `d${worker}`, settings.shards);
    try {
      while (next < end) {
        const at = next;
        next += 1;
        await runSchema({ settings, server, rooms, databases, prefix: `d${worker}`, onFound }, at, each);
      }
    } finally {
      await databases.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, end - next) }, (_, worker) => work(worker)));
}

async function runSchema({ settings, server, rooms, databases, prefix, onFound }, at, each) {
  const { seed, shards, only } = settings;
  const schema = makeSchema(drawFrom(`${seed}/schema/${at}`));
  const rows = makeRows(drawFrom(`${seed}/rows/${at}`), schema);
  const router = await routerFor(rooms, schema, shards);
  const shardOfKey = (placement, text) => (text === null ? 0 : router.locate(text, placement.group).shard);
  await databases.load(schema, rows, shardOfKey);
  const dsn = (name) =>
    `postgresql://${server.user}:${server.password}@${server.host}:${server.port}/${prefix}_${name}?sslmode=disable`;
  const pool = rooms.pool.openPool({
    router,
    shards: Array.from({ length: shards }, (_, shard) => dsn(`shard${shard}`)),
    unsharded: dsn('unsharded'),
    limits: { connections: 2, statementMs: 10_000 },
  });
  try {
    const last = Math.min((at + 1) * each, settings.statements);
    for (let number = at * each; number < last; number += 1) {
      if (only !== undefined && number !== only) continue;
      const { tree } = makeStatement(drawFrom(`${seed}/statement/${number}`), schema);
      const found = await compare({ schema, databases, pool, router, rooms }, tree);
      onFound({ number, ...found });
      if (found.changed) await databases.fill(schema, rows, shardOfKey);
    }
  } finally {
    await pool.end();
  }
}

async function routerFor({ syntax, catalog, topology, router }, schema, shards) {
  const reader = await syntax.loadReader('libpg-query');
  const readSql = (text) => {
    const read = reader.read(text);
    return read.ok ? read.statement : undefined;
  };
  return router.compileRouter({
    placements: new Map(Object.entries(planOf(schema))),
    catalog: await catalog.readSchema([{ file: 'schema.sql', text: ddlOf(schema) }]),
    map: topology.initialMap(shards),
    reader,
    severalWrites: 'two-phase',
    resolving: { readSql, readTriggerFunction: reader.readTriggerFunction },
  });
}

/** The library first: what it refuses is not run at all. */
async function compare(world, tree) {
  const { pool, databases, router, rooms, schema } = world;
  const { sql, params } = print(tree);
  const shape = router.shape(sql);
  const found = { sql, params, verdict: shape.verdict, shape: rooms.syntax.normaliseText(sql).identity };
  const ask = { text: sql, values: [...params], rowMode: 'array', types: asText };
  const got = await pool.query(ask).catch((error) => error);
  if (got instanceof rooms.pool.ShardwrightRefusal) {
    const isSaid = got.fix.length > 0 && got.verdict.length > 0 && got.message.length > 0;
    return isSaid
      ? { ...found, result: 'refused', why: got.message }
      : { ...found, result: 'wrong', why: 'refused without a reason' };
  }
  const expected = await databases.monolith.query(ask).catch((error) => error);
  const changed = shape.isWrite && shape.verdict !== 'tableless';
  const outcome = answersDiffer(world, tree, got, expected);
  if (outcome.result !== 'same' || !changed) return { ...found, changed, ...outcome };
  const why = await tablesDiffer(databases, schema);
  return why === undefined
    ? { ...found, changed, result: 'same' }
    : { ...found, changed, result: 'wrong', why };
}

const timedOut = '57014';

function answersDiffer({ schema }, tree, got, expected) {
  const [failed, fails] = [got, expected].map((answer) => answer instanceof Error);
  if (got.code === timedOut || expected.code === timedOut) return { result: 'skipped', why: 'timeout' };
  if (failed && fails) return { result: 'both fail', why: `${got.code}, ${expected.code}` };
  // Constraints that no shard can guard: the plan lists them.
  if (fails && expected.code?.startsWith('23') && schema.tables.some(hasUnguardedUnique))
    return { result: 'skipped', why: 'a constraint that no shard guards' };
  if (failed) return { result: 'wrong', why: `fails on the shards only: ${got.message}` };
  if (fails) return { result: 'wrong', why: `fails on the monolith only: ${expected.message}` };
  const isOrdered = tree.distinctOn === undefined && !tree.limit?.ties && orderColumns(tree).length > 0;
  const texts = (rows) => rows.map((row) => JSON.stringify(row));
  const [left, right] = [texts(expected.rows), texts(got.rows)];
  if (!isOrdered) {
    left.sort();
    right.sort();
  }
  const few = (rows) => `${rows.length} rows: ${rows.slice(0, 4).join(' ')}`;
  if (left.length !== right.length || left.some((row, at) => row !== right[at]))
    return { result: 'wrong', why: `monolith ${few(left)}; library ${few(right)}` };
  const types = (answer) => answer.fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`).join(', ');
  if (types(got) !== types(expected))
    return { result: 'wrong', why: `columns ${types(expected)}; library ${types(got)}` };
  if (got.rowCount !== expected.rowCount || got.command !== expected.command)
    return {
      result: 'wrong',
      why: `${expected.command} ${expected.rowCount}; library ${got.command} ${got.rowCount}`,
    };
  return { result: 'same' };
}

/** Every table's rows afterwards: a sharded one's on all shards together, each copy of a global one, the unsharded ones. */
async function tablesDiffer({ monolith, shards, unsharded }, schema) {
  const [whole, rest, ...parts] = await Promise.all(
    [monolith, unsharded, ...shards].map((client) => tablesNow(client, schema)),
  );
  for (const { name, placement } of schema.tables) {
    const expected = JSON.stringify(whole.get(name));
    const copies = {
      sharded: () => [parts.flatMap((part) => part.get(name)).sort()],
      global: () => [...parts, rest].map((part) => part.get(name)),
      unsharded: () => [rest.get(name)],
    }[placement.placement]();
    if (copies.some((copy) => JSON.stringify(copy) !== expected)) return `${name} differs afterwards`;
  }
  return undefined;
}
