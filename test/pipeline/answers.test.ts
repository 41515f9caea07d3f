/** The tool held to known answers: the marketplace's, and the published sharding of benchmarks where those are at hand. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type AnalysisResult, analyzeExports } from '../../src/index.js';
import { costOfVerdict, defaultCosts } from '../../src/routability/index.js';
import { request } from './requests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url));

/** The workload under the plan, judged by the classifier alone. */
function reclassifiedCost({ statements }: AnalysisResult): number {
  const costs = defaultCosts(16);
  const readable = statements.filter(({ verdict }) => verdict.blocker !== 'unreadable');
  return readable.reduce((sum, { weight, verdict }) => sum + weight * costOfVerdict(verdict, costs), 0);
}

describe('fixtures/marketplace', async () => {
  const result = await analyzeExports(request([`${root}fixtures/marketplace`], { crossCheck: true }));
  const expected = JSON.parse(readFileSync(`${root}fixtures/marketplace/expected-plan.json`, 'utf8')) as {
    tables: Readonly<Record<string, ExpectedTable>>;
    singleShardShare: { readonly least: number; readonly most: number };
  };

  it.each(Object.entries(expected.tables))('%s is placed as a good architect would', (name, want) => {
    const placement = result.plan.tables.get(name);
    expect(want.placement).toContain(placement?.placement);
    if (placement?.placement !== 'sharded') return;
    expect(want.key).toContain(placement.key);
    expect(placement.addKey !== undefined).toBe(want.addKey === true);
  });

  it('places every table', () => {
    expect([...result.plan.tables.keys()]).toEqual(Object.keys(expected.tables).sort());
  });

  it('reaches the share that the workload was made for', () => {
    expect(result.plan.score.singleShardShare).toBeGreaterThan(expected.singleShardShare.least);
    expect(result.plan.score.singleShardShare).toBeLessThan(expected.singleShardShare.most);
  });

  it('reads every application statement', () => {
    expect(result.coverage.unreadable).toEqual([]);
    expect(result.plan.score.unknownShare).toBe(0);
  });

  it('makes the same of every statement that both readers read', () => {
    expect(result.crossCheck?.disagreements).toEqual([]);
    expect(result.crossCheck?.compared).toBeGreaterThan(200);
  });

  it('costs what the classifier says', () => {
    expect(result.plan.certificate).toMatchObject({ status: 'optimal', gap: 0 });
    expect(reclassifiedCost(result)).toBe(result.plan.certificate.cost);
  });
});

interface ExpectedTable {
  readonly placement: readonly string[];
  readonly key: readonly string[];
  readonly addKey?: boolean;
}

const shares: Readonly<Record<string, readonly [number, number]>> = {
  tpcc: [0.998, 0.999],
  tatp: [0.85, 0.855],
  smallbank: [0.82, 0.89],
  voter: [1, 1],
  ycsb: [0.86, 0.87],
};

// The corpora are not part of the project: without them there is nothing to compare with.
describe.runIf(existsSync(corpora)).each(Object.keys(shares))(
  'the published sharding of %s',
  async (name) => {
    if (!existsSync(corpora)) return;
    const result = await analyzeExports(request([`${corpora}${name}`], { crossCheck: true }));
    const truth = JSON.parse(readFileSync(`${corpora}${name}/truth.json`, 'utf8')) as {
      tables: Readonly<Record<string, { kind: string; shard_key: string | null; also?: readonly string[] }>>;
    };

    it.each(Object.entries(truth.tables))('%s', (table, { kind, shard_key, also }) => {
      const placement = result.plan.tables.get(`public.${table}`);
      if (kind === 'reference') expect(placement?.placement).toBe('global');
      else
        expect([shard_key, ...(also ?? [])]).toContain(
          placement?.placement === 'sharded' ? placement.key : undefined,
        );
    });

    it('reaches its share', () => {
      const [least, most] = shares[name] ?? [0, 0];
      expect(result.plan.score.singleShardShare).toBeGreaterThanOrEqual(least);
      expect(result.plan.score.singleShardShare).toBeLessThanOrEqual(most);
    });

    it('costs what the classifier says, by both readers alike', () => {
      expect(reclassifiedCost(result)).toBe(result.plan.certificate.cost);
      expect(result.crossCheck?.disagreements).toEqual([]);
    });
  },
);
