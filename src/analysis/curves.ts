/**
 * Curves of what a limit buys: the single-shard share against the bytes of global tables, and against the key columns to
 * add. Each point is a plan of its own, computed as an analysis with that budget would.
 */

import type { Curve, CurvePoint, Curves, TableName } from '../model/index.js';
import { isSamePlacement, type PlannerSettings } from '../planner/index.js';
import { type Groundwork, type Planned, planUnder } from './plan-under.js';

/** Steps beyond this are not computed: each is a plan of its own. */
const MOST_POINTS = 16;
/** A plan that takes less of the limit by no more than this share is no step of its own: nobody sets budgets so finely. */
const LEAST_STEP = 0.01;
/** Plans of more combinations of options take their time; their curves have to be asked for. */
const MOST_COMBINATIONS = 2 ** 20;

type Found = Pick<Planned, 'plan' | 'settings'>;

/** Whether the curves are computed without being asked for: by size alone, so that every run does the same. */
export function isSmallEnoughForCurves({ options }: Pick<Planned, 'options'>): boolean {
  let combinations = 1;
  for (const list of options.options.values()) combinations *= list.length;
  return combinations <= MOST_COMBINATIONS;
}

export async function curvesOf(ground: Groundwork, planned: Found): Promise<Curves> {
  const { settings } = planned;
  const budgeting = (budget: Partial<PlannerSettings['budgets']>) =>
    planUnder(ground, { ...settings, budgets: { ...settings.budgets, ...budget } });
  return {
    globalBytes: await curveOf(planned, usedBytes, (globalBytes) => budgeting({ globalBytes })),
    addedKeys: await curveOf(planned, usedColumns, (addedKeys) =>
      budgeting(Number.isFinite(addedKeys) ? { addedKeys } : {}),
    ),
  };
}

type Use = (plan: Planned) => number;

const usedBytes: Use = ({ solution }) =>
  solution.budgets.find(({ name }) => name === 'bytes of global tables')?.used ?? 0;

const usedColumns: Use = ({ solution }) =>
  [...solution.placements.values()].filter((one) => one.placement === 'sharded' && one.addKey !== undefined)
    .length;

/**
 * From no limit downwards. A plan that uses less than its limit stays the best one down to what it uses; below, the next
 * step begins. Ends where nothing is used, or no plan keeps the limit. The last point that is computed is the one of limit 0.
 */
async function curveOf(
  planned: Found,
  useOf: Use,
  planWithin: (limit: number) => Promise<Planned>,
): Promise<Curve> {
  const points: CurvePoint[] = [];
  let limit = Number.POSITIVE_INFINITY;
  while (points.length < MOST_POINTS) {
    const here = await planWithin(limit);
    const used = useOf(here);
    // What is pinned there takes more than the limit.
    if (used > limit) return { points: points.reverse(), complete: true };
    points.push(pointOf(here, used, planned));
    if (used === 0) return { points: points.reverse(), complete: true };
    limit = points.length === MOST_POINTS - 1 ? 0 : Math.ceil(used * (1 - LEAST_STEP)) - 1;
  }
  return { points: points.reverse(), complete: false };
}

function pointOf({ plan }: Planned, limit: number, planned: Found): CurvePoint {
  const differing = [...plan.tables].flatMap(([table, placement]): readonly TableName[] =>
    isSamePlacement(placement, planned.plan.tables.get(table)) ? [] : [table],
  );
  return {
    limit,
    isPlan: differing.length === 0,
    cost: plan.certificate.cost,
    status: plan.certificate.status,
    score: plan.score,
    tables: plan.tables,
    differing,
  };
}
