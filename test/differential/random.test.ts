/** A slice of the differential run: random statements through library and router are answered as one database answers them, or refused. */
import { afterAll, beforeAll, expect, it } from 'vitest';
// @ts-expect-error scripts are plain JavaScript
import { runDifferential } from '../../scripts/differential/random.js';
// @ts-expect-error scripts are plain JavaScript
import { newTally } from '../../scripts/differential/tally.js';
import * as catalog from '../../src/catalog/index.js';
import { startPostgres } from '../../src/lab/index.js';
import * as pool from '../../src/pool/index.js';
import * as postgres from '../../src/postgres/index.js';
import * as router from '../../src/router/index.js';
import * as syntax from '../../src/syntax/index.js';
import * as topology from '../../src/topology/index.js';
import * as wire from '../../src/wire/index.js';

const settings = {
  seed: 'slice',
  statements: 240,
  schemas: 4,
  shards: 4,
  workers: 2,
  through: ['library', 'router'],
};

let server: { readonly stop: () => Promise<void> };
beforeAll(async () => {
  server = await startPostgres({
    jit: 'off',
    max_connections: 100,
    max_locks_per_transaction: 256,
    max_prepared_transactions: 32,
    autovacuum: 'off',
  });
});
afterAll(() => server?.stop());

it('gives no wrong answer', async () => {
  const tally = newTally();
  const rooms = { syntax, catalog, topology, router, pool, wire, postgres };
  await runDifferential(settings, server, rooms, tally.add);
  expect(tally.wrong).toEqual([]);
  for (const way of settings.through) {
    const { answered, counts } = tally.ways.get(way);
    expect(answered.size).toBeGreaterThan(100);
    expect(counts.get('scatter same')).toBeGreaterThan(8);
  }
  expect([...tally.ways.get('router').forms.keys()].sort()).toEqual([
    'binary',
    'commit',
    'extended',
    'portions',
    'prepared',
    'rollback',
    'simple',
    'together',
  ]);
});
