import { resolveSettings } from '../../src/analysis/index.js';
import { readSchema } from '../../src/catalog/index.js';
import type { Config } from '../../src/config/index.js';
import type { Placements } from '../../src/model/index.js';
import { compileRouter, type Router } from '../../src/router/index.js';
import { loadReader } from '../../src/syntax/index.js';
import { initialMap } from '../../src/topology/index.js';

/** A router from a schema's text, with writes on several shards allowed. */
export async function openRouterOf(
  schema: string,
  placements: Placements,
  shards: number,
  config: Config,
): Promise<Router> {
  const reader = await loadReader('libpg-query');
  return compileRouter({
    placements,
    catalog: await readSchema([{ file: 'schema.sql', text: schema }]),
    map: initialMap(shards),
    reader,
    severalWrites: 'two-phase',
    resolving: resolveSettings(reader, config, false),
  });
}
