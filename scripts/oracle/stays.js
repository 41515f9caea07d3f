// The reverse measure: statements that are not called single-shard, though under several sets of rows one and the same shard
// alone always gave the monolith's answer. Data cannot prove that they always will: each is a chance to look for a missing rule.
import { makeRows } from './data.js';
import { run } from './databases.js';
import { drawFrom } from './draw.js';
import { print } from './tree.js';

const settings = { dataSets: 4, perSchema: 12 };
const spread = new Set(['cross-shard', 'scatter', 'multi-shard']);

/**
 * @param {import('./check.js').World} world its rows are replaced
 * @param {readonly { tree: any, finding: import('./check.js').Finding, number: number }[]} checked
 * @returns {Promise<{ tried: number, stayed: readonly any[] }>}
 */
export async function thoseThatStay(world, checked, seed) {
  const asked = checked
    .filter(({ finding }) => spread.has(finding.verdict) && finding.reads && finding.result !== 'both fail')
    .slice(0, settings.perSchema)
    .map((one) => ({ ...one, homes: world.databases.shards.map((_, shard) => shard), told: 0 }));
  for (let set = 0; set < settings.dataSets; set += 1) {
    const rows = makeRows(drawFrom(`${seed}/again/${set}`), world.schema);
    await world.databases.fill(world.schema, rows, world.judgment.shardOfKey);
    for (const one of asked) await narrow(world, one);
  }
  // Where fewer than two sets of rows told shards apart, nothing was seen.
  const stayed = asked.filter(({ homes, told }) => homes.length === 1 && told >= 2);
  return { tried: asked.length, stayed };
}

/** Keeps those shards whose own answer is the monolith's. */
async function narrow({ databases }, one) {
  if (one.homes.length === 0) return;
  const statement = print(one.tree);
  const monolith = await run(databases.monolith, statement);
  if (monolith.error !== undefined) return;
  const expected = answer(monolith);
  const outcomes = await Promise.all(databases.shards.map((client) => run(client, statement)));
  const same = outcomes.map((outcome) => answer(outcome) === expected);
  if (same.some((equal) => !equal)) one.told += 1;
  one.homes = one.homes.filter((shard) => same[shard]);
}

function answer({ rows, error }) {
  if (error !== undefined) return `error ${error}`;
  return rows
    .map((row) => JSON.stringify(row))
    .sort()
    .join('\n');
}
