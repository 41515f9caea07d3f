/** A plan that people have is judged as it is: the analysis is that of the same plan, whoever made it. */

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  analyzeExports,
  documentExports,
  emptyConfig,
  type PlanFile,
  readPlanFile,
  renderAnalysisJson,
  UserError,
} from '../../src/index.js';
import type { Pin, Placement } from '../../src/model/index.js';
import { request } from './requests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tool = { name: 'shardwright', version: '0.0.0' };
const marketplace = request([`${root}fixtures/marketplace`]);
const shop = request([`${root}fixtures/cli/shop`]);
const planOf = (name: string) => readPlanFile(`${root}${name}`);

function changed(plan: PlanFile, table: string, placement: Placement | undefined): PlanFile {
  const rest = [...plan.tables].filter(([name]) => name !== table);
  return { ...plan, tables: new Map(placement === undefined ? rest : [...rest, [table, placement]]) };
}

it('of the best plan, it is the analysis', async () => {
  const { analysis } = await documentExports(marketplace, await planOf('reports/marketplace/shardplan.json'));
  expect(renderAnalysisJson(analysis, tool)).toBe(
    renderAnalysisJson(await analyzeExports(marketplace), tool),
  );
});

it('of a worse plan, statements are judged under it, and the certificate says what is to be saved', async () => {
  const plan = await planOf('reports/marketplace/shardplan.json');
  const byAuthor = { placement: 'sharded', key: 'user_id', group: 'any label' } as const;
  const { analysis } = await documentExports(marketplace, changed(plan, 'public.reviews', byAuthor));
  const pins = new Map(
    [...analysis.plan.tables].map(([table, one]): [string, Pin] => [
      table,
      one.placement === 'sharded' ? { placement: 'sharded', key: one.key } : one,
    ]),
  );
  const pinned = await analyzeExports({ ...marketplace, config: { ...emptyConfig, pins } });
  const { certificate } = analysis.plan;
  expect(analysis.notes.map(({ code }) => code)).toContain('plan-claims-differ');
  expect(analysis.plan.score).toEqual(pinned.plan.score);
  expect(certificate.cost).toBe(pinned.plan.certificate.cost);
  // The best plan's cost is between the bound and this plan's.
  expect(certificate.status).toBe('bounded');
  expect(certificate.bound).toBeLessThanOrEqual(269_365);
  expect(certificate.gap).toBeGreaterThan(0.05);
  // All other options are still there, with what they would save.
  const reviews = analysis.tables.find(({ name }) => name === 'public.reviews');
  expect(reviews?.candidates.length).toBeGreaterThan(3);
  expect(Math.min(...(reviews?.candidates ?? []).map(({ flipCost }) => flipCost))).toBeLessThan(0);
});

it('a plan beyond a budget is judged all the same, and says so', async () => {
  const plan = await planOf('reports/marketplace/shardplan.json');
  const { analysis } = await documentExports(
    marketplace,
    changed(plan, 'public.listings', { placement: 'global' }),
  );
  expect(analysis.notes.map(({ code }) => code)).toContain('budget-exceeded');
  expect(analysis.plan.budgets?.filter(({ exceeded }) => exceeded).map(({ name }) => name)).toEqual([
    'bytes of global tables',
  ]);
});

it('a plan that is out of date is refused, or said to be', async () => {
  const plan = await planOf('fixtures/cli/shop/shardplan.json');
  const tables = [...plan.tables.keys()];
  await expect(documentExports(shop, changed(plan, tables[0] as string, undefined))).rejects.toThrow(
    UserError,
  );
  const { analysis } = await documentExports(shop, changed(plan, 'public.gone', { placement: 'global' }));
  expect(analysis.notes.map(({ code }) => code)).toContain('plan-table-gone');
  expect([...analysis.plan.tables.keys()].sort()).toEqual([...tables].sort());
});
