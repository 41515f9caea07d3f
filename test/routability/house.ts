/** What tests of verdicts share: a schema and a plan from files, and a statement's verdict under them. */

import { readSchema } from '../../src/catalog/index.js';
import type { Catalog, Placements, Query, Verdict } from '../../src/model/index.js';
import { classifyStatement } from '../../src/routability/index.js';
import { resolveStatement } from '../../src/sql/index.js';
import { loadReader, type Reader } from '../../src/syntax/index.js';

export interface Judge {
  readonly catalog: Catalog;
  readonly query: (sql: string) => Query;
  readonly verdict: (sql: string, placements: Placements) => Verdict;
}

export async function judgeFor(schema: string | Catalog): Promise<Judge> {
  const reader = await loadReader('libpg-query');
  const catalog =
    typeof schema === 'string' ? await readSchema([{ file: 'schema.sql', text: schema }]) : schema;
  const query = (sql: string) => resolve(reader, catalog, sql);
  return { catalog, query, verdict: (sql, placements) => classifyStatement(query(sql), placements) };
}

function resolve(reader: Reader, catalog: Catalog, sql: string): Query {
  const read = reader.read(sql);
  if (!read.ok) throw new Error(`${read.reason}: ${sql}`);
  return resolveStatement(read.statement, catalog, {
    readTriggerFunction: reader.readTriggerFunction,
    readSql: (text) => {
      const result = reader.read(text);
      return result.ok ? result.statement : undefined;
    },
  });
}

export function placementsOf(tables: Readonly<Record<string, unknown>>): Placements {
  return new Map(Object.entries(tables)) as Placements;
}
