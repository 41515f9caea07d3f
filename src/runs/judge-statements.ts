/** One statement after the other under a plan, without an export. */

import {
  checkPlan,
  keyTypes,
  loadSchemaFiles,
  planCatalog,
  resolveSettings,
  rewriteFor,
  unreadVerdict,
} from '../analysis/index.js';
import { readSchema } from '../catalog/index.js';
import type { Config } from '../config/index.js';
import type { ExplainedStatement, ExplainInput, Placements, Query, Verdict } from '../model/index.js';
import { defaultSettings } from '../planner/index.js';
import { classifyStatement, nameShards } from '../routability/index.js';
import { resolveStatement } from '../sql/index.js';
import { loadReader, type ReaderName, splitStatements } from '../syntax/index.js';
import { initialMap } from '../topology/index.js';

export interface ExplainRequest {
  readonly plan: { readonly tables: Placements; readonly shards?: number };
  readonly schema: readonly string[];
  readonly config: Config;
  readonly reader: ReaderName;
  /** Shards of the map; the plan's, else 16. */
  readonly shards?: number;
}

export interface Explainer {
  readonly explain: (input: ExplainInput) => ExplainedStatement;
  /** The statements of a text that are separated by `;`. */
  readonly split: (sql: string) => readonly string[];
}

/** Makes ready to judge statements under a plan; a schema makes the verdicts sharper, a plan alone will do. */
export async function explainer(request: ExplainRequest): Promise<Explainer> {
  const { tables } = request.plan;
  const reader = await loadReader(request.reader);
  const schemaFiles = await loadSchemaFiles(request.schema);
  const catalog = schemaFiles.length > 0 ? await readSchema(schemaFiles) : planCatalog(tables);
  if (schemaFiles.length > 0) checkPlan(tables, catalog);
  const resolving = resolveSettings(reader, request.config, false);
  const map = initialMap(request.shards ?? request.plan.shards ?? defaultSettings.shards);
  const typeOfKey = keyTypes(catalog);
  const fixOf = rewriteFor(reader, catalog, tables, resolving);
  const judgeText = (sql: string): { readonly verdict: Verdict; readonly query?: Query } => {
    const read = reader.read(sql);
    if (!read.ok) return { verdict: unreadVerdict(read.reason) };
    const query = resolveStatement(read.statement, catalog, resolving);
    return { query, verdict: classifyStatement(query, tables) };
  };
  const judge = ({ id, sql, params }: ExplainInput): ExplainedStatement => {
    const { verdict, query } = judgeText(sql);
    const shards = nameShards(verdict, tables, typeOfKey, map, params);
    const fix = fixOf(sql, verdict, query);
    return {
      id,
      verdict,
      ...(fix === undefined ? {} : { fix }),
      ...(shards === undefined ? {} : { shards }),
    };
  };
  return { explain: judge, split: (sql) => splitStatements(sql).map(({ text }) => text) };
}
