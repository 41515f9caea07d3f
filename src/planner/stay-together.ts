/**
 * A table should lie with the tables that it refers to: when it has the key that one of them is sharded by, a key of its
 * own has to save more than a charge before it is chosen.
 *
 * The charge is a share of the least that the table's statements cost with it sharded, so near-equal costs do not tear
 * apart what a foreign key holds together. Which tables are together depends on the plan: it is a wish with a price.
 */

import {
  byCodeUnit,
  type Catalog,
  type Placement,
  type StatementCost,
  type TableName,
  type TableOptions,
} from '../model/index.js';
import { foreignKeysOf } from './columns.js';
import type { ChargedWish, Staying } from './problem.js';

/** Of each table that is planned, those of the others that it refers to. */
export function referencesOf(catalog: Catalog, options: TableOptions): Staying['references'] {
  return new Map([...options.keys()].map((table) => [table, targetsOf(catalog, table)]));
}

/** The wishes of some tables. Assumes that all statements of theirs are there. */
export function stayTogether(
  { references, share, grid }: Staying,
  options: TableOptions,
  costs: readonly StatementCost[],
  tables: readonly TableName[],
): readonly ChargedWish[] {
  const costsOf = costsByTable(costs);
  return tables.flatMap((table): readonly ChargedWish[] => {
    const list = options.get(table) ?? [];
    const groups = new Set(list.flatMap((option) => groupOf(option) ?? []));
    const own = new Set(list.flatMap((option) => (isAdded(option) ? [] : (groupOf(option) ?? []))));
    const targets = (references.get(table) ?? []).flatMap((target) => {
      const kin = positionsIn(options.get(target) ?? [], own);
      return kin.length === 0 ? [] : [{ target, kin }];
    });
    if (groups.size < 2 || targets.length === 0) return [];
    const apart = new Map(
      targets.map(({ target, kin }) => [target, allBut(options.get(target) ?? [], kin)] as const),
    );
    const alternatives = [
      new Map([[table, allBut(list, positionsIn(list, groups))]]),
      ...targets.flatMap(({ target }) => together(table, list, target, options.get(target) ?? [])),
      apart,
    ];
    return [
      {
        id: table,
        alternatives: alternatives.filter((allowed) => [...allowed.values()].every((at) => at.length > 0)),
        charge: Math.round((share * leastCostSharded(table, list, costsOf.get(table) ?? [])) / grid) * grid,
      },
    ];
  });
}

function groupOf(option: Placement): string | undefined {
  return option.placement === 'sharded' ? option.group : undefined;
}

function isAdded(option: Placement): boolean {
  return option.placement === 'sharded' && option.addKey !== undefined;
}

function targetsOf(catalog: Catalog, table: TableName): readonly TableName[] {
  const targets = foreignKeysOf(catalog, catalog.tables.get(table)).map((key) => key.target);
  return [...new Set(targets)].filter((target) => target !== table).sort();
}

function positionsIn(list: readonly Placement[], groups: ReadonlySet<string>): readonly number[] {
  return list.flatMap((option, at) => (groups.has(groupOf(option) ?? '') ? [at] : []));
}

function allBut(list: readonly Placement[], positions: readonly number[]): readonly number[] {
  return list.flatMap((_, at) => (positions.includes(at) ? [] : [at]));
}

/** Both in one group: an alternative for each group that both may have. */
function together(
  table: TableName,
  list: readonly Placement[],
  target: TableName,
  targetList: readonly Placement[],
): readonly ReadonlyMap<TableName, readonly number[]>[] {
  const groups = [...new Set(list.flatMap((option) => groupOf(option) ?? []))].sort();
  return groups.map((group) => {
    const one = new Set([group]);
    return new Map([
      [table, positionsIn(list, one)],
      [target, positionsIn(targetList, one)],
    ]);
  });
}

function costsByTable(costs: readonly StatementCost[]): ReadonlyMap<TableName, readonly StatementCost[]> {
  const index = new Map<TableName, StatementCost[]>();
  // In one order, so that sums of fractions do not depend on the input's.
  for (const cost of [...costs].sort((a, b) => byCodeUnit(a.id, b.id))) {
    for (const table of cost.tables) {
      const known = index.get(table);
      if (known === undefined) index.set(table, [cost]);
      else known.push(cost);
    }
  }
  return index;
}

/** With the table sharded by its best key and all others as each statement likes them best. */
function leastCostSharded(
  table: TableName,
  list: readonly Placement[],
  costs: readonly StatementCost[],
): number {
  const totals = list.flatMap((option, position) => {
    if (option.placement !== 'sharded') return [];
    return [costs.reduce((sum, cost) => sum + cost.weight * leastWith(cost, table, position), 0)];
  });
  return totals.reduce((least, total) => Math.min(least, total));
}

function leastWith(cost: StatementCost, table: TableName, position: number): number {
  return cost.boxes.reduce(
    (least, box) =>
      box.cost < least && (box.allowed.get(table)?.includes(position) ?? true) ? box.cost : least,
    cost.otherwise,
  );
}
