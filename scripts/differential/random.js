// Random statements (scripts/oracle) through the library's pool and the wire router, held against the monolith: what is not
// refused must give the monolith's rows, or fail as it does, and leave the same rows in all tables. What is refused must say
// verdict and fix, and leave nothing behind.
import { makeRows } from '../oracle/data.js';
import { openDatabases, tablesNow } from '../oracle/databases.js';
import { drawFrom } from '../oracle/draw.js';
import { makeStatement } from '../oracle/grammar/statement.js';
import { planOf } from '../oracle/judge.js';
import { ddlOf, hasUnguardedUnique, makeSchema } from '../oracle/schema.js';
import { orderColumns, print } from '../oracle/tree.js';
import { compareAnswers, refusalIn, wrong } from './answers.js';
import { askAll, formOf, libraryAsks } from './forms.js';
import { askOf, openLibrary, openWire } from './through.js';

/**
 * @typedef {'library' | 'router'} Way
 * @typedef {{
 *   number: number | string, way: Way, form: string, sql: string, params: readonly (string | null)[], verdict: string,
 *   shape: string, result: import('./answers.js').Outcome['result'] | 'refused' | `same ${string}`, why?: string,
 * }} Found
 * @typedef {{ seed: string, statements: number, schemas: number, shards: number, workers: number, through: readonly Way[], only?: number }} Settings
 */

/**
 * @param {Settings} settings
 * @param {{ host: string, port: number, user: string, password: string }} server
 * @param {any} rooms of the project: syntax, catalog, topology, router, pool, wire, postgres
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
  const { seed, shards, only, through } = settings;
  const schema = makeSchema(drawFrom(`${seed}/schema/${at}`));
  const rows = makeRows(drawFrom(`${seed}/rows/${at}`), schema);
  const routerOf = (severalWrites) => routerFor(rooms, schema, shards, severalWrites);
  const locating = await routerOf('refused');
  const shardOfKey = (placement, text) => (text === null ? 0 : locating.locate(text, placement.group).shard);
  await databases.load(schema, rows, shardOfKey);
  const before = await tablesNow(databases.monolith, schema);
  const address = (name) =>
    `postgresql://${server.user}:${server.password}@${server.host}:${server.port}/${prefix}_${name}?sslmode=disable`;
  const places = {
    shards: Array.from({ length: shards }, (_, shard) => address(`shard${shard}`)),
    unsharded: address('unsharded'),
  };
  const world = { schema, databases, rooms, before };
  const ways = [];
  try {
    if (through.includes('library')) ways.push(libraryWay(world, await routerOf('two-phase'), places));
    if (through.includes('router')) ways.push(await routerWay(world, await routerOf('refused'), places));
    const last = Math.min((at + 1) * each, settings.statements);
    for (let number = at * each; number < last; number += 1) {
      if (only !== undefined && number !== only) continue;
      const made = (name) => {
        const { tree } = makeStatement(drawFrom(`${seed}/${name}/${number}`), schema);
        return { tree, ...print(tree) };
      };
      for (const { way, run } of ways) {
        const { found, isChanged } = await run(number, made);
        for (const one of found) onFound({ number, way, ...one });
        if (isChanged) await databases.fill(schema, rows, shardOfKey);
      }
    }
  } finally {
    for (const { end } of ways) await end();
  }
}

async function routerFor({ syntax, catalog, topology, router }, schema, shards, severalWrites) {
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
    severalWrites,
    resolving: { readSql, readTriggerFunction: reader.readTriggerFunction },
  });
}

// ── the ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function libraryWay(world, router, places) {
  const { query, end } = openLibrary(world.rooms, { router, ...places });
  return {
    way: 'library',
    end,
    run: (number, made) => {
      const statements = [made('statement')];
      return hold(world, router, {
        query,
        form: 'library',
        statements,
        asks: libraryAsks(statements, number),
      });
    },
  };
}

async function routerWay(world, router, places) {
  const bugs = [];
  const { query, end } = await openWire(world.rooms, { router, ...places }, (bug) => bugs.push(bug));
  return {
    way: 'router',
    end,
    run: async (number, made) => {
      const { name: form, needsTwo, asksOf } = formOf(number);
      const statements = [made('statement'), ...(needsTwo ? [secondOf(made, router)] : [])];
      const outcome = await hold(world, router, {
        query,
        form,
        statements,
        asks: asksOf(statements, number),
      });
      if (bugs.length === 0) return outcome;
      const why = bugs
        .splice(0)
        .map((bug) => bug?.stack ?? bug)
        .join('; ');
      return { ...outcome, found: outcome.found.map((one) => ({ ...one, ...wrong(`a bug: ${why}`) })) };
    },
  };
}

/** One that is refused by itself says nothing of transactions. */
function secondOf(made, router) {
  const drawn = Array.from({ length: 6 }, (_, at) => () => made(`second ${at}`));
  const isTaken = ({ sql, params }) => router.shape(sql).decide({ values: params }).kind !== 'refused';
  for (const draw of drawn) {
    const statement = draw();
    if (isTaken(statement)) return statement;
  }
  return made('second');
}

/** The shards first: what they refuse is not run on the monolith at all. */
async function hold(world, router, { query, form, statements, asks }) {
  const { databases, rooms, schema, before } = world;
  const texts = new Map(asks.flatMap((ask) => ask.at.map((at, i) => [at, ask.texts?.[i]])));
  const shapes = statements.map((_, at) => router.shape(texts.get(at)));
  const found = statements.map(({ sql, params }, at) => ({
    ...{ form, sql, params, verdict: shapes[at].decide({ values: params }).verdict },
    shape: rooms.syntax.normaliseText(sql).identity,
  }));
  const all = (outcome) => found.map((one) => ({ ...one, ...outcome }));
  const isWrite = shapes.some((shape) => shape.isWrite);
  const got = await askAll(query, asks);
  const refused = refusedAmong(got, rooms.pool.ShardwrightRefusal);
  if (refused !== undefined) {
    const { at, ...outcome } = refused;
    const why = isWrite ? await tablesDiffer(databases, schema, before) : undefined;
    if (why !== undefined) return { found: all(wrong(`refused, and ${why}`)), isChanged: true };
    const beside = { result: 'skipped', why: 'beside one that is refused' };
    return { found: found.map((one, i) => ({ ...one, ...(i === at ? outcome : beside) })), isChanged: false };
  }
  const expected = await askAll((ask) => askOf(databases.monolith, ask), asks);
  const open = new Set(schema.tables.filter(hasUnguardedUnique).map((table) => table.name));
  const isUnguarded = ({ code, table }) => code === '23505' && open.has(table);
  const outcomes = compareAll(got, expected, statements, isUnguarded);
  const decisive = outcomes.find(({ result }) => result === 'wrong' || result === 'skipped');
  if (decisive !== undefined) return { found: all(decisive), isChanged: isWrite };
  // Where one of several in a text fails, that is the only answer.
  const outcomeOf = (at) => outcomes.findLast((outcome) => outcome.at === at) ?? outcomes.at(-1);
  const results = found.map((one, at) => ({ ...one, ...outcomeOf(at) }));
  if (!isWrite) return { found: results, isChanged: false };
  const now = await tablesNow(databases.monolith, schema);
  const why = await tablesDiffer(databases, schema, now);
  if (why !== undefined) return { found: all(wrong(why)), isChanged: true };
  return { found: results, isChanged: textOf(now) !== textOf(before) };
}

const textOf = (tables) => JSON.stringify([...tables]);

/** The first refusal, and which statement's it is. */
function refusedAmong(got, ShardwrightRefusal) {
  for (const { answer, at } of got) {
    const refusal = refusalIn(answer, ShardwrightRefusal);
    if (refusal !== undefined) return { at, ...refusal };
  }
  return undefined;
}

function compareAll(got, expected, statements, isUnguarded) {
  if (got.length !== expected.length) {
    const failed =
      expected.find(({ answer }) => answer instanceof Error) ??
      got.find(({ answer }) => answer instanceof Error);
    return [
      compareAnswers(got.at(-1).answer, expected.at(-1).answer, { isOrdered: false, isUnguarded }),
      wrong(`${got.length} answers; the monolith ${expected.length}: ${failed?.answer.message}`),
    ];
  }
  return got.map(({ answer, at }, i) => ({
    at,
    ...compareAnswers(answer, expected[i].answer, {
      isOrdered: at !== undefined && isOrdered(statements[at].tree),
      isUnguarded,
    }),
  }));
}

function isOrdered(tree) {
  return tree.distinctOn === undefined && !tree.limit?.ties && orderColumns(tree).length > 0;
}

/** Every table's rows: a sharded one's on all shards together, each copy of a global one, the unsharded ones. */
async function tablesDiffer({ shards, unsharded }, schema, expected) {
  const [rest, ...parts] = await Promise.all(
    [unsharded, ...shards].map((client) => tablesNow(client, schema)),
  );
  for (const { name, placement } of schema.tables) {
    const wanted = JSON.stringify(expected.get(name));
    const copies = {
      sharded: () => [parts.flatMap((part) => part.get(name)).sort()],
      global: () => [...parts, rest].map((part) => part.get(name)),
      unsharded: () => [rest.get(name)],
    }[placement.placement]();
    if (copies.some((copy) => JSON.stringify(copy) !== wanted)) return `${name} differs afterwards`;
  }
  return undefined;
}
