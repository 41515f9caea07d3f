/** Puts a plan problem together: options, costs, charges for what has to buy something, budgets, tie-breaks. */

import {
  byCodeUnit,
  type Catalog,
  type Placement,
  type StatementCost,
  type TableName,
  type TableOptions,
} from '../model/index.js';
import { nullabilityOf } from './columns.js';
import { globalBudget } from './options.js';
import { likingOf, tieBreaksOf } from './preferences.js';
import type { Budget, PlanProblem } from './problem.js';
import type { PlannerSettings, WeightedQuery } from './settings.js';
import { referencesOf, stayTogether } from './stay-together.js';
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
  const grid = gridOf(costs);
  const onGrid = (charge: number): number => Math.round(charge / grid) * grid;
  const share = settings.charges.leavingGroup;
  const staying = { references: referencesOf(catalog, options), share, grid };
  return {
    options,
    costs,
    charges: new Map(
      [...chargesOf(input, traffic)].map(([table, charges]) => [table, charges.map(onGrid)] as const),
    ),
    chargedWishes: stayTogether(staying, options, costs, [...options.keys()]),
    staying,
    budgets: budgetsOf(input, traffic),
    tieBreaks: tieBreaksOf(catalog, options, traffic),
    liking: likingOf(catalog, options),
    solveSeconds: settings.solveSeconds,
  };
}

/**
 * Charges are rounded to a power of two that is nothing beside the whole: sums are then exact, and since no two plans
 * differ by less, a bound that comes near the cost proves it.
 */
function gridOf(costs: readonly StatementCost[]): number {
  const whole = costs.reduce((sum, { weight }) => sum + weight, 0);
  return whole > 0 ? 2 ** Math.min(0, Math.floor(Math.log2(whole)) - 22) : 1;
}

function chargesOf(
  { catalog, options, costs, settings }: PlanInput,
  traffic: TrafficOfAll,
): PlanProblem['charges'] {
  const weights = weightByTable(costs);
  const { addKey, globalOfUnknownSize, nullableKey, unsharded } = settings.charges;
  const isSizeKnown = (table: TableName): boolean =>
    catalog.tables.get(table)?.statistics?.totalBytes !== undefined;
  const isOnlyRead = (table: TableName): boolean => traffic.tables.get(table)?.writeCalls === 0;
  const isNullable = (table: TableName, key: string): boolean =>
    nullabilityOf(catalog.tables.get(table), key) === 'unknown';
  const share = (table: TableName, option: Placement): number => {
    switch (option.placement) {
      case 'sharded':
        if (option.addKey !== undefined) return addKey;
        return isNullable(table, option.key) ? nullableKey : 0;
      case 'global':
        return isSizeKnown(table) ? 0 : globalOfUnknownSize;
      case 'unsharded':
        // What is only read is most likely a small lookup table: better copied than left behind, even of unknown size.
        return isOnlyRead(table) && !isSizeKnown(table) ? globalOfUnknownSize + unsharded : unsharded;
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
    of: Omit<Budget, 'loads'>,
    load: (table: TableName, option: Placement) => number,
  ): Budget => ({
    ...of,
    loads: new Map([...options].map(([table, list]) => [table, list.map((option) => load(table, option))])),
  });
  const { unshardedTimeShare, unshardedWriteShare, addedKeys } = settings.budgets;
  const { tables, totalLoad, totalWriteLoad } = traffic;
  const ofUnsharded = (name: string, share: number, whole: number, load: (table: TableName) => number) =>
    loading({ name, unit: 'share', limit: share * whole, whole }, (table, { placement }) =>
      placement === 'unsharded' ? load(table) : 0,
    );
  const bytesOf = (table: TableName): number => catalog.tables.get(table)?.statistics?.totalBytes ?? 0;
  return [
    ofUnsharded(
      'time of the unsharded database',
      unshardedTimeShare,
      totalLoad,
      (table) => tables.get(table)?.load ?? 0,
    ),
    ofUnsharded(
      'writes of the unsharded database',
      unshardedWriteShare,
      totalWriteLoad,
      (table) => tables.get(table)?.writeLoad ?? 0,
    ),
    loading(
      { name: 'bytes of global tables', unit: 'bytes', limit: globalBudget(catalog, settings) },
      (table, { placement }) => (placement === 'global' ? bytesOf(table) : 0),
    ),
    ...(addedKeys === undefined
      ? []
      : [
          loading({ name: 'key columns to add', unit: 'columns', limit: addedKeys }, (_, option) =>
            Number(isAdded(option)),
          ),
        ]),
  ];
}

function isAdded(option: Placement): boolean {
  return option.placement === 'sharded' && option.addKey !== undefined;
}
