/** A small shop under a plan, as a router sees it. */
import { resolveSettings } from '../../src/analysis/index.js';
import { readSchema } from '../../src/catalog/index.js';
import { emptyConfig } from '../../src/config/index.js';
import type { Decision, Given, Placement } from '../../src/model/index.js';
import { compileRouter, type Router, type RouterInput } from '../../src/router/index.js';
import { loadReader } from '../../src/syntax/index.js';
import { initialMap } from '../../src/topology/index.js';

const shopSchema = `
  CREATE TABLE users (id bigint PRIMARY KEY, name text);
  CREATE TABLE orders (user_id bigint NOT NULL, id bigint, status text, total numeric, at timestamptz,
    PRIMARY KEY (user_id, id));
  CREATE TABLE tenants (code varchar(8) PRIMARY KEY, name text);
  CREATE TABLE countries (code text PRIMARY KEY, name text);
  CREATE TABLE settings (name text PRIMARY KEY, value text);
`;

const byUser = (key: string): Placement => ({ placement: 'sharded', key, keyType: 'bigint', group: 'users' });

const shopPlan: ReadonlyMap<string, Placement> = new Map([
  ['public.users', byUser('id')],
  ['public.orders', byUser('user_id')],
  ['public.tenants', { placement: 'sharded', key: 'code', group: 'tenants' }],
  ['public.countries', { placement: 'global' }],
  ['public.settings', { placement: 'unsharded' }],
]);

export async function shopInput(): Promise<RouterInput> {
  const reader = await loadReader('libpg-query');
  return {
    placements: shopPlan,
    catalog: await readSchema([{ file: 'schema.sql', text: shopSchema }]),
    map: initialMap(4),
    reader,
    resolving: resolveSettings(reader, emptyConfig, false),
  };
}

export async function shopRouter(
  shards = 4,
  severalWrites: 'refused' | 'two-phase' = 'refused',
): Promise<Router> {
  return compileRouter({ ...(await shopInput()), map: initialMap(shards), severalWrites });
}

export function decided(
  router: Router,
  text: string,
  values: Given['values'] = [],
  types: readonly number[] = [],
): Decision {
  return router.shape(text).decide({ values, types });
}
