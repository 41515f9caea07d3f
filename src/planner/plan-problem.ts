/** Puts a plan problem together: options, costs, charges for what has to buy something, budgets, tie-breaks. */

import {
  byCodeUnit,
  type Catalog,
  type Placement,
  type StatementCost,
  type TableName,
  type TableOptions,
} from '../model/index.js';
import { globalBudget } from './options.js';
import { likingOf, tieBreaksOf } from './preferences.js';
import type { Budget, PlanProblem } from './problem.js';
import type { PlannerSettings, WeightedQuery } from './settings.js';
import { type TrafficOfAll, trafficOf } from './traffic.js';

export interface PlanInput {
  readonly catalog: Catalog;
  readonly queries: readonly WeightedQuery[];
  readonly options: TableOptions;
  readonly costs: readonly StatementCost[];
  readonly settings: PlannerSettings;
}

export function planProblem(input: PlanInput): PlanProblem {
  const { catalog, options, costs, settings } = input;
  const traffic = trafficOf(input.queries);
  return {
    options,
    costs,
    charges: chargesOf(input),
    budgets: budgetsOf(input, traffic),
    tieBreaks: tieBreaksOf(catalog, options, traffic),
    liking: likingOf(catalog, options),
    solveSeconds: settings.solveSeconds,
  };
}

function chargesOf({ catalog, options, costs, settings }: PlanInput): PlanProblem['charges'] {
  const weights = weightByTable(costs);
  const share = (table: TableName, option: Placement): number => {
    switch (option.placement) {
      case 'sharded':
        return option.addKey === undefined ? 0 : settings.charges.addKey;
      case 'global': {
        const isKnown = catalog.tables.get(table)?.statistics?.totalBytes !== undefined;
        return isKnown ? 0 : settings.charges.globalOfUnknownSize;
      }
      case 'unsharded':
        return settings.charges.unsharded;
    }
  };
  return new Map(
    [...options].map(([table, list]) => [
      table,
      list.map((option) => share(table, option) * (weights.get(table) ?? 0)),
    ]),
  );
}

function weightByTable(costs: readonly StatementCost[]): ReadonlyMap<TableName, number> {
  const weights = new Map<TableName, number>();
  // In one order, so that sums of fractions do not depend on the input's.
  for (const cost of [...costs].sort((a, b) => byCodeUnit(a.id, b.id))) {
    for (const table of cost.tables) weights.set(table, (weights.get(table) ?? 0) + cost.weight);
  }
  return weights;
}

function budgetsOf({ catalog, options, settings }: PlanInput, traffic: TrafficOfAll): readonly Budget[] {
  const loading = (
    name: string,
    limit: number,
    placement: Placement['placement'],
    load: (table: TableName) => number,
  ): Budget => ({
    name,
    limit,
    loads: new Map(
      [...options].map(([table, list]) => [
        table,
        list.map((option) => (option.placement === placement ? load(table) : 0)),
      ]),
    ),
  });
  const { unshardedTimeShare, unshardedWriteShare } = settings.budgets;
  return [
    loading(
      'time of the unsharded database',
      unshardedTimeShare * traffic.totalLoad,
      'unsharded',
      (table) => traffic.tables.get(table)?.load ?? 0,
    ),
    loading(
      'writes of the unsharded database',
      unshardedWriteShare * traffic.totalWriteLoad,
      'unsharded',
      (table) => traffic.tables.get(table)?.writeLoad ?? 0,
    ),
    loading(
      'bytes of global tables',
      globalBudget(catalog, settings),
      'global',
      (table) => catalog.tables.get(table)?.statistics?.totalBytes ?? 0,
    ),
  ];
}
