/**
 * What PgDog's own router (its query parser of August 2026, 16 shards, the pgdog.toml of the marketplace) did with statements, a value
 * for each parameter: sent to the shard of a value, to any one, or to all. Held against what is said of them: nothing that it sends to
 * one shard may pass for right where others are needed.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSchema } from '../../src/catalog/index.js';
import { readPlanFile } from '../../src/config/index.js';
import { deployment } from '../../src/engines/index.js';
import { initialMap } from '../../src/topology/index.js';
import { inputFor } from './deployments.js';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const cases: readonly { readonly sql: string; readonly pgdog: 'one' | 'any' | 'all' }[] = JSON.parse(
  read('fixtures/engines/pgdog-observed.json'),
);

describe('statements that PgDog was seen to route', async () => {
  const catalog = await readSchema([{ file: 'schema.sql', text: read('fixtures/marketplace/schema.sql') }]);
  const { tables } = await readPlanFile(
    new URL('../../reports/marketplace/shardplan.json', import.meta.url).pathname,
  );
  const input = await inputFor(
    catalog,
    tables,
    cases.map(({ sql }) => sql),
    initialMap(16),
  );
  const byText = new Map(deployment('pgdog', input).statements.map((one) => [one.text, one]));

  it.each(cases)('$sql', ({ sql, pgdog }) => {
    const { verdict, outcome, rule } = byText.get(sql) ?? {};
    const needsOne = ['single-shard', 'tableless', 'global-read'].includes(verdict ?? '');
    if (pgdog === 'one' && !needsOne) expect(outcome, rule).toBe('wrong');
    const fromAny = ['global-read', 'global-write', 'unsharded', 'tableless'].includes(verdict ?? '');
    if (pgdog === 'any' && !fromAny) expect(outcome, rule).toBe('wrong');
    if (pgdog === 'all') expect(['by-key', 'any-shard']).not.toContain(rule);
    if (pgdog === 'all') expect(rule).not.toBe('first-key-wins');
  });
});
