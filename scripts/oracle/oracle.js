// The run: schemas in turn, statements for each, every verdict held against the databases. Schemas are shared among a few
// workers with databases of their own; a schema and its statements depend on the seed and their numbers alone.
import { check } from './check.js';
import { makeRows } from './data.js';
import { openDatabases, tablesNow } from './databases.js';
import { drawFrom } from './draw.js';
import { makeStatement } from './grammar/statement.js';
import { planOf } from './judge.js';
import { ddlOf, makeSchema } from './schema.js';
import { shrink } from './shrink.js';
import { thoseThatStay } from './stays.js';
import { print } from './tree.js';

/**
 * @typedef {{ seed: string, statements: number, schemas: number, shards: number, workers: number, only?: number, shrinks: number, stop?: boolean, missed?: boolean }} Settings
 */

/**
 * @param {Settings} settings
 * @param {any} server
 * @param {any} project see judge.js
 * @param {(found: { number: number, finding: any, pinned: boolean }) => void} onFinding
 * @param {(found: { tried: number, stayed: readonly any[] }) => void} [onStay]
 * @returns {Promise<readonly any[]>} the wrong verdicts, made small
 */
export async function runOracle(settings, server, project, onFinding, onStay = () => {}) {
  const { statements, schemas, workers } = settings;
  const each = Math.ceil(statements / schemas);
  const failures = [];
  let next = settings.only === undefined ? 0 : Math.floor(settings.only / each);
  const end = settings.only === undefined ? schemas : next + 1;
  const work = async (worker) => {
    const databases = await openDatabases(server, `w${worker}`, settings.shards);
    try {
      while (next < end && !(settings.stop && failures.length > 0)) {
        const at = next;
        next += 1;
        failures.push(...(await runSchema(settings, project, databases, at, each, onFinding, onStay)));
      }
    } finally {
      await databases.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, end - next) }, (_, worker) => work(worker)));
  return failures.sort((one, two) => one.number - two.number);
}

async function runSchema(settings, project, databases, at, each, onFinding, onStay) {
  const { seed, only, shrinks } = settings;
  const schema = makeSchema(drawFrom(`${seed}/schema/${at}`));
  const rows = makeRows(drawFrom(`${seed}/rows/${at}`), schema);
  const world = await openWorld(settings, project, databases, schema, rows);
  const wrong = [];
  const others = [];
  const last = Math.min((at + 1) * each, settings.statements);
  for (let number = at * each; number < last; number += 1) {
    if (only !== undefined && number !== only) continue;
    const { tree, pinned } = makeStatement(drawFrom(`${seed}/statement/${number}`), schema);
    const finding = await check(world, tree);
    // What a trigger does beside a pinned write may need more than one shard.
    onFinding({ number, finding, pinned: pinned && (finding.reads || schema.triggers.length === 0) });
    if (!pinned) others.push({ number, finding, tree });
    if (finding.result === 'wrong') wrong.push({ number, finding, tree });
    if (settings.stop && wrong.length > 0) break;
  }
  if (settings.missed) onStay(await thoseThatStay(world, others, `${seed}/rows/${at}`));
  const failures = [];
  for (const one of wrong.slice(0, shrinks)) {
    const small = await shrunk(
      settings,
      project,
      databases,
      { tree: one.tree, schema, rows },
      one.finding.verdict,
    );
    failures.push({ ...one, ...small });
  }
  return [...failures, ...wrong.slice(shrinks)];
}

async function openWorld({ shards }, project, databases, schema, rows) {
  const judgment = await project.judgeFor(ddlOf(schema), planOf(schema), shards);
  await databases.load(schema, rows, judgment.shardOfKey);
  const before = await Promise.all(databases.shards.map((client) => tablesNow(client, schema)));
  return { schema, databases, judgment, before };
}

async function shrunk(settings, project, databases, failing, verdict) {
  let loaded;
  const findingOf = async ({ tree, schema, rows }) => {
    // Loading is the dear part: a smaller statement needs none.
    if (loaded?.schema !== schema || loaded?.rows !== rows)
      loaded = { schema, rows, world: await openWorld(settings, project, databases, schema, rows) };
    return check(loaded.world, tree);
  };
  const fails = async (one) => {
    try {
      const finding = await findingOf(one);
      return finding.result === 'wrong' && finding.verdict === verdict;
    } catch {
      loaded = undefined;
      return false;
    }
  };
  const small = await shrink(failing, fails);
  const { sql, params } = print(small.tree);
  const { why } = await findingOf(small);
  return {
    small: {
      sql,
      params,
      why,
      schema: ddlOf(small.schema),
      plan: planOf(small.schema),
      rows: [...small.rows],
    },
  };
}
