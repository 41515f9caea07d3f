/** What an analysis says of blocked statements: every rewritten text is better, groups add up, policies count only when asked for. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type AnalysisResult,
  analyzeExports,
  type Config,
  emptyConfig,
  explainer,
  renderAnalysisText,
  verdictKinds,
} from '../../src/index.js';
import { request } from '../pipeline/requests.js';

const corpora = new URL('../../../shared/corpora/', import.meta.url).pathname;
const exports = [
  'fixtures/marketplace',
  ...['pgbench', 'smallbank', 'tatp', 'tpcc', 'voter', 'ycsb'].map((name) => join(corpora, name)),
].filter((folder) => existsSync(folder));

describe.each(exports)('blocked statements of %s', (folder) => {
  it('are grouped without loss, and rewritten texts differ', async () => {
    const result = await analyzeExports(request([folder]));
    const weight = (kinds: readonly string[]) =>
      result.statements
        .filter(({ verdict }) => !kinds.includes(verdict.verdict))
        .reduce((sum, statement) => sum + statement.weight, 0);
    const grouped = result.blocked.reduce((sum, group) => sum + group.weight, 0);
    expect(grouped).toBeCloseTo(weight(['tableless', 'single-shard', 'global-read', 'unsharded']), 6);
    const { explain } = await explainer({
      plan: result.plan,
      schema: [join(folder, 'schema.sql')].filter((file) => existsSync(file)),
      config: emptyConfig,
      reader: 'libpg-query',
    });
    for (const { id, text, fix, verdict } of result.statements) {
      // The schema has no column yet that the plan adds.
      const isAdded = result.keyChanges.some(({ table }) => verdict.tables.includes(table));
      if (fix?.rewritten !== undefined && !isAdded) {
        const after = explain({ id, sql: fix.rewritten }).verdict.verdict;
        expect(verdictKinds.indexOf(after)).toBeLessThan(verdictKinds.indexOf(verdict.verdict));
      }
      if (fix?.rewritten !== undefined) expect(fix.rewritten).not.toBe(text);
      // A replica takes no writes.
      if (/^(insert|update|delete|merge)\b/i.test(text)) expect(fix?.text ?? '').not.toContain('run it on');
    }
    for (const { fixes, share } of result.blocked) {
      for (const { kind, gain = 0 } of fixes)
        if (kind !== 'make-global') expect(gain).toBeLessThanOrEqual(share + 1e-9);
    }
  });
});

describe('row-level security', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shardwright-rls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const schema = `
    create table notes (id bigint primary key, tenant_id bigint not null, body text);
    alter table notes enable row level security;
    alter table notes force row level security;
    create policy own on notes using (tenant_id = current_setting('app.tenant')::bigint);`;
  writeFileSync(join(folder, 'schema.sql'), schema);
  writeFileSync(
    join(folder, 'export.csv'),
    'query,calls,total_exec_time,rows\nselect body from notes where id = $1,90,9,9\nselect body from notes where tenant_id = $1,10,1,1\n',
  );
  const pins = new Map([['public.notes', { placement: 'sharded', key: 'tenant_id' }]]) as Config['pins'];
  const analysed = (assumeRls: boolean): Promise<AnalysisResult> =>
    analyzeExports(request([folder], { assumeRls, config: { ...emptyConfig, pins } }));

  it('pins nothing unless it is assumed', async () => {
    const result = await analysed(false);
    expect(result.singleByPolicy).toBeUndefined();
    expect(result.plan.score.singleShardShare).toBeCloseTo(0.1);
  });

  it('is said apart when it is', async () => {
    const result = await analysed(true);
    expect(result.plan.score.singleShardShare).toBe(1);
    expect(result.singleByPolicy).toEqual({ statements: 1, share: 0.9 });
    expect(renderAnalysisText(result, { width: 400, color: false })).toContain(
      '90.0 % of it, 1 statement, by row-level security alone',
    );
  });
});
