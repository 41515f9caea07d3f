/** How SPQR and Vitess route the statements of their own tests, where that data is at hand, held against what their rules say of them. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planCatalog } from '../../src/analysis/index.js';
import { deployment } from '../../src/engines/index.js';
import type { StatementOutcome } from '../../src/model/index.js';
import { initialMap } from '../../src/topology/index.js';
import { planOf, type RoutingCase } from '../routing-cases.js';
import { inputFor } from './deployments.js';

const file = new URL('../../../shared/corpora/routing_cases.json', import.meta.url);

describe.runIf(existsSync(file))('statements that SPQR and Vitess route in their own tests', async () => {
  if (!existsSync(file)) return;
  const cases = JSON.parse(readFileSync(file, 'utf8')).cases as readonly RoutingCase[];
  const judged: (RoutingCase & { readonly ours: StatementOutcome })[] = [];
  for (const one of cases) {
    const plan = planOf(one);
    const input = await inputFor(planCatalog(plan), plan, [one.sql], initialMap(4));
    const [ours] = deployment(one.id.startsWith('spqr') ? 'spqr' : 'vitess', input).statements;
    if (ours !== undefined) judged.push({ ...one, ours });
  }
  const said = (some: typeof judged) => some.map(({ id, sql, ours }) => `${id}: ${ours.rule}: ${sql}`);

  it('are all judged', () => {
    expect(judged).toHaveLength(cases.length);
  });

  it('and go to several shards, are never said to be sent to one', () => {
    const one = new Set(['by-key', 'equal-unique']);
    expect(
      said(judged.filter(({ expected, ours }) => expected.startsWith('multi') && one.has(ours.rule))),
    ).toEqual([]);
  });

  it('and go to one shard of SPQR though rows of others meet there, are said to be wrong', () => {
    const lost = judged.filter(
      ({ id, expected, ours }) =>
        id.startsWith('spqr') && expected === 'single' && ours.verdict === 'cross-shard',
    );
    expect(lost).not.toEqual([]);
    expect(said(lost.filter(({ ours }) => ours.outcome !== 'wrong'))).toEqual([]);
  });

  it('and SPQR refuses for their several shards, are not said to be wrong', () => {
    expect(
      said(judged.filter(({ expected, ours }) => expected === 'multi' && ours.outcome === 'wrong')),
    ).toEqual([]);
  });
});
