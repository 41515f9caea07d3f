/** What `simulate` and the curves say is what an analysis with the same choices pinned says. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type AnalysisResult,
  analyzeExports,
  type Config,
  emptyConfig,
  renderPlanJson,
  simulateExports,
} from '../../src/index.js';
import type { Pin, Placements, ShardPlan } from '../../src/model/index.js';
import { request } from './requests.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url));
const tool = { name: 'shardwright', version: '0.0.0' };

function analyse(folder: string, config: Partial<Config> = {}, curve = false): Promise<AnalysisResult> {
  return analyzeExports(request([folder], { curve, config: { ...emptyConfig, ...config } }));
}

function pinsOf(tables: Placements): ReadonlyMap<string, Pin> {
  return new Map(
    [...tables].map(([table, placement]) => [
      table,
      placement.placement === 'sharded' ? { placement: 'sharded', key: placement.key } : placement,
    ]),
  );
}

/** The plan file, byte by byte: tables, shares, cost and bound. */
const inBytes = (plan: ShardPlan): string => renderPlanJson(plan, tool);

const questions = [
  { folder: `${root}fixtures/marketplace`, table: 'orders', placement: 'shop_id' },
  { folder: `${corpora}tpcc`, table: 'item', placement: 'unsharded' },
  { folder: `${corpora}tpcc`, table: 'customer', placement: 'c_id' },
  { folder: `${corpora}tatp`, table: 'subscriber', placement: 'sub_nbr' },
  { folder: `${corpora}smallbank`, table: 'accounts', placement: 'custid' },
].filter(({ folder }) => existsSync(folder));

describe('simulate', () => {
  it.each(questions)('$table = $placement is what an analysis with that pin gives', async (question) => {
    const { folder, table, placement } = question;
    const choices = [{ table, placement }];
    const simulation = await simulateExports(request([folder]), { choices, keepRest: false });
    const pin: Pin =
      placement === 'unsharded' || placement === 'global'
        ? { placement }
        : { placement: 'sharded', key: placement };
    const pinned = await analyse(folder, { pins: new Map([[`public.${table}`, pin]]) });
    expect(inBytes(simulation.after.plan)).toBe(inBytes(pinned.plan));
    expect(inBytes(simulation.before.plan)).toBe(inBytes((await analyse(folder)).plan));
    expect(simulation.tables.map((moved) => moved.table)).toContain(`public.${table}`);
    const verdicts = new Map(pinned.statements.map(({ id, verdict }) => [id, verdict.verdict]));
    for (const { id, before, after } of simulation.statements) {
      expect(after.verdict).toBe(verdicts.get(id));
      expect(before.verdict).not.toBe(after.verdict);
    }
  });
});

describe('curves', () => {
  const folders = [
    `${root}fixtures/cli/shop`,
    ...['tpcc', 'tatp', 'smallbank', 'voter', 'ycsb'].map((name) => `${corpora}${name}`),
  ];

  it.each(folders.filter((folder) => existsSync(folder)))(
    'of %s hold when analysed again',
    async (folder) => {
      const { curves, plan } = await analyse(folder, {}, true);
      const { globalBytes, addedKeys } = curves ?? {};
      for (const point of globalBytes?.points ?? []) {
        const budgets = { globalBytes: point.limit };
        const again = await analyse(folder, { budgets });
        expect(again.plan.tables).toEqual(point.tables);
        expect(again.plan.certificate.cost).toBe(point.cost);
        const pinned = await analyse(folder, { budgets, pins: pinsOf(point.tables) });
        expect(pinned.plan.tables).toEqual(point.tables);
        expect(pinned.plan.score).toEqual(point.score);
      }
      for (const point of addedKeys?.points ?? []) {
        const again = await analyse(folder, { budgets: { addedKeys: point.limit } });
        expect(again.plan.tables).toEqual(point.tables);
        expect(again.plan.certificate.cost).toBe(point.cost);
      }
      expect(addedKeys?.points.at(-1)?.tables).toEqual(plan.tables);
    },
  );
});
