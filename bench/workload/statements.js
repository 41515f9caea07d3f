// Distinct statements as pg_stat_statements shows them: what object mappers and people write against the generated tables,
// each with its calls, mean time and rows.

import { diceFrom } from './dice.js';
import { shapes } from './shapes.js';

/** Reads are many, reports few: the shares of a usual web application. */
const mix = [
  [26, shapes.mapperSelect],
  [10, shapes.aliasSelect],
  [6, shapes.starSelect],
  [14, shapes.join],
  [7, shapes.inList],
  [6, shapes.aggregate],
  [5, shapes.groupBy],
  [8, shapes.insert],
  [2, shapes.upsert],
  [2, shapes.insertSelect],
  [8, shapes.update],
  [1, shapes.updateFrom],
  [3, shapes.remove],
  [3, shapes.withQuery],
  [5, shapes.subquery],
  [2, shapes.search],
  [1, shapes.unionAll],
  [1, shapes.window],
];

/** Gives `count` of { text, calls, meanMs, rowsPerCall }, the most called first. */
export function makeStatements(tables, count, seed) {
  const dice = diceFrom(`statements ${seed}`);
  const scene = sceneOf(tables, dice);
  const texts = new Set();
  for (let tries = 0; texts.size < count; tries += 1) {
    if (tries > count * 20) throw new Error(`only ${texts.size} distinct statements over these tables`);
    // Every table is asked for once before the popular ones are asked again.
    const table = tries < tables.length ? tables[tries] : scene.byFame[dice.popular(tables.length)];
    const text = dice.weighted(mix)(table, scene, dice);
    if (text !== undefined) texts.add(text);
  }
  return withTraffic([...texts], dice);
}

/** What shapes ask about the other tables. */
function sceneOf(tables, dice) {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const referring = new Map(tables.map(({ name }) => [name, []]));
  for (const table of tables) {
    for (const reference of table.references) referring.get(reference.table).push({ table, reference });
  }
  return { byName, referring, byFame: dice.shuffled(tables) };
}

/** Calls fall as Zipf's law says; which statement is called most is chance. */
function withTraffic(texts, dice) {
  return dice.shuffled(texts).map((text, rank) => ({
    text,
    calls: Math.max(1, Math.round(40_000_000 / (rank + 1) ** 1.05)),
    meanMs: dice.between(5, 4000) / 1000,
    rowsPerCall: dice.weighted([[6, 1], [2, 10], [1, 50]]), // biome-ignore format: pairs read best in one line
  }));
}
