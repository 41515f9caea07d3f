/** Deployments for tests: of the marketplace fixture, and of a small schema with statements of one's own. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constraintReport, resolveSettings } from '../../src/analysis/index.js';
import { readSchema } from '../../src/catalog/index.js';
import { emptyConfig, readPlanFile } from '../../src/config/index.js';
import { type DeployInput, deployment, traitsOf } from '../../src/engines/index.js';
import { analysisRequest } from '../../src/inputs/index.js';
import type { Catalog, Deployment, Engine, Placement, Placements, ShardMap } from '../../src/model/index.js';
import { unenforceable } from '../../src/planner/index.js';
import { classifyStatement } from '../../src/routability/index.js';
import { deployExports } from '../../src/runs/index.js';
import { resolveStatement } from '../../src/sql/index.js';
import { loadReader } from '../../src/syntax/index.js';
import { initialMap } from '../../src/topology/index.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const plan = `${root}reports/marketplace/shardplan.json`;

const made = new Map<Engine, Promise<Deployment>>();

export function marketplace(engine: Engine): Promise<Deployment> {
  const known = made.get(engine) ?? deployed(engine);
  made.set(engine, known);
  return known;
}

async function deployed(engine: Engine): Promise<Deployment> {
  return deployExports(
    analysisRequest([`${root}fixtures/marketplace`], { config: emptyConfig }),
    await readPlanFile(plan),
    { engine, shardDsns: [], environment: {} },
  );
}

export function fileOf({ files }: Deployment, name: string): string {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new Error(`no file ${name}`);
  return found.text;
}

export const shopSchema = readFileSync(`${root}fixtures/engines/shop.sql`, 'utf8');

const sharded = (key: string, keyType = 'bigint') =>
  ({ placement: 'sharded', key, keyType, group: `users.${keyType}` }) as const;

const shopPlacements: Placements = new Map<string, Placement>([
  ['public.users', sharded('id')],
  ['public.orders', sharded('user_id')],
  ['public.order_items', { ...sharded('user_id'), addKey: { path: ['order_id -> public.orders.id'] } }],
  ['public.devices', sharded('device', 'uuid')],
  ['public.pages', sharded('slug', 'text')],
  ['public.countries', { placement: 'global' }],
  ['public.flags', { placement: 'unsharded' }],
]);

/** The shop with these statements, a call each. */
export function shop(
  statements: readonly string[] = [],
  { shards = 4, map = initialMap(shards) }: { readonly shards?: number; readonly map?: ShardMap } = {},
): Promise<DeployInput> {
  return inputOf(shopSchema, shopPlacements, statements, map);
}

export async function inputOf(
  schema: string,
  placements: Placements,
  statements: readonly string[],
  map: ShardMap,
): Promise<DeployInput> {
  return inputFor(await readSchema([{ file: 'schema.sql', text: schema }]), placements, statements, map);
}

export async function inputFor(
  catalog: Catalog,
  placements: Placements,
  statements: readonly string[],
  map: ShardMap,
): Promise<DeployInput> {
  const { shards } = map;
  const reader = await loadReader('libpg-query');
  return {
    placements,
    shards,
    catalog,
    constraints: unenforceable(catalog, placements).map((one) => ({
      ...constraintReport(one),
      columns: one.columns,
      change: one.remedy,
      ...(one.target === undefined ? {} : { target: one.target }),
    })),
    map,
    statements: statements.map((text, at) => {
      const read = reader.read(text);
      if (!read.ok) throw new Error(`${text}: ${read.reason}`);
      const query = resolveStatement(read.statement, catalog, resolveSettings(reader, emptyConfig, false));
      return {
        id: String(at),
        text,
        calls: 1,
        source: { file: 'test.sql', line: at + 1 },
        query,
        verdict: classifyStatement(query, placements),
        traits: traitsOf(read.statement),
      };
    }),
    coordinator: { host: 'coordinator', port: 5432, database: 'shop', user: 'app' },
    servers: Array.from({ length: shards }, (_, at) => ({
      host: `shard-${at}`,
      port: 5432,
      database: 'shop',
      user: 'app',
    })),
  };
}

export async function outcomeOf(engine: Engine, text: string) {
  const [one] = deployment(engine, await shop([text])).statements;
  if (one === undefined) throw new Error('no statement');
  return one;
}
