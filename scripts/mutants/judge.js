// Judges every committed case with a compiled tree; prints the cases that come out otherwise than written, a line each.
// Arguments: the folder of the compiled tree. Exit code 1 when there are any.
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const fixtures = fileURLToPath(new URL('../../fixtures/routability/', import.meta.url));
const room = (name) => import(pathToFileURL(resolve(process.argv[2], name, 'index.js')).href);
const [{ loadReader }, { readSchema }, { resolveStatement }, { classifyStatement }] = await Promise.all(
  ['syntax', 'catalog', 'sql', 'routability'].map(room),
);

const reader = await loadReader('libpg-query');
const catalog = await readSchema([
  { file: 'schema.sql', text: readFileSync(`${fixtures}schema.sql`, 'utf8') },
]);
const plan = new Map(Object.entries(JSON.parse(readFileSync(`${fixtures}plan.json`, 'utf8')).tables));
const readSql = (text) => {
  const result = reader.read(text);
  return result.ok ? result.statement : undefined;
};

for (const file of readdirSync(`${fixtures}cases`).sort()) {
  for (const { comment, sql, verdict, schema } of JSON.parse(
    readFileSync(`${fixtures}cases/${file}`, 'utf8'),
  )) {
    if (schema !== undefined) continue;
    if (verdictOf(sql) === verdict) continue;
    console.log(`${file.replace('.json', '')}: ${comment}`);
    process.exitCode = 1;
  }
}

function verdictOf(sql) {
  try {
    return classifyStatement(
      resolveStatement(readSql(sql), catalog, { readSql, readTriggerFunction: reader.readTriggerFunction }),
      plan,
    ).verdict;
  } catch (error) {
    return `crash: ${error}`;
  }
}
