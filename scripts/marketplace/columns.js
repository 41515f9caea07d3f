// The columns of each table, read from the schema file, so that ORM-like statements name them all as ORMs do.
// Assumes pg_dump's layout: one column a line, four spaces before it.
import { readFileSync } from 'node:fs';

const schemaFile = new URL('../../fixtures/marketplace/schema.sql', import.meta.url);

function readColumns(sql) {
  const tables = new Map();
  for (const [, table, body] of sql.matchAll(/^CREATE TABLE public\.(\w+) \(\n([\s\S]*?)^\)/gm)) {
    const columns = [...body.matchAll(/^ {4}"?(\w+)"? /gm)].map(([, column]) => column);
    // Search vectors are for the server only: no ORM selects them.
    tables.set(
      table,
      columns.filter((column) => column !== 'CONSTRAINT' && column !== 'search'),
    );
  }
  return tables;
}

export const schemaSql = readFileSync(schemaFile, 'utf8');
const tables = readColumns(schemaSql);

export function columnsOf(table) {
  const columns = tables.get(table);
  if (columns === undefined) throw new Error(`the schema has no table ${table}`);
  return columns;
}
