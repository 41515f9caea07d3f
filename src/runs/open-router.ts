/** A plan, its schema and a map → a router. */

import { checkPlan, loadSchemaFiles, planCatalog, resolveSettings } from '../analysis/index.js';
import { readSchema } from '../catalog/index.js';
import type { Config } from '../config/index.js';
import type { Placements, ShardMap } from '../model/index.js';
import { compileRouter, type Router, type RouterInput } from '../router/index.js';
import { loadReader } from '../syntax/index.js';
import { initialMap } from '../topology/index.js';

export interface RouterRequest {
  readonly plan: { readonly tables: Placements; readonly shards?: number };
  /** DDL files or folders. Without any, less is proven and more is refused. */
  readonly schema: readonly string[];
  readonly config: Config;
  /** Without one: nothing has moved yet on `shards` shards, else the plan's. */
  readonly map?: ShardMap;
  readonly shards?: number;
  /** Default: refused. */
  readonly severalWrites?: RouterInput['severalWrites'];
  readonly mostShapes?: RouterInput['mostShapes'];
}

const defaultShards = 16;

export async function openRouter(request: RouterRequest): Promise<Router> {
  const { tables, shards } = request.plan;
  const reader = await loadReader('libpg-query');
  const files = await loadSchemaFiles(request.schema);
  const catalog = files.length > 0 ? await readSchema(files) : planCatalog(tables);
  if (files.length > 0) checkPlan(tables, catalog);
  return compileRouter({
    placements: tables,
    catalog,
    map: request.map ?? initialMap(request.shards ?? shards ?? defaultShards),
    reader,
    resolving: resolveSettings(reader, request.config, false),
    severalWrites: request.severalWrites ?? 'refused',
    ...(request.mostShapes === undefined ? {} : { mostShapes: request.mostShapes }),
  });
}
