/**
 * What a plan costs, statement by statement, and what each table's other options would cost: with everything else as
 * planned, and with everything else planned anew where that is known. Works from the boxes alone, so it is exact for any placements that are among the options.
 */

import {
  type Box,
  byCodeUnit,
  type Candidate,
  type Placement,
  type Placements,
  percent,
  type StatementCost,
  type TableName,
  type TableOptions,
  type VerdictKind,
  verdictKinds,
} from '../model/index.js';
import { isEqual } from './assignment.js';
import type { PlanWith } from './flips.js';
import { number } from './words.js';

export interface Judgement {
  readonly cost: number;
  /** The tier of the cheapest box that the plan satisfies; undefined when it satisfies none. */
  tierOf(id: string): VerdictKind | undefined;
  /** Every option of the table, the planned one first, then the cheapest. */
  candidatesOf(table: TableName): readonly Candidate[];
}

type Positions = ReadonlyMap<TableName, number>;

export function exactCost(
  costs: readonly StatementCost[],
  placements: Placements,
  options: TableOptions,
  planWith: PlanWith = () => undefined,
): Judgement {
  const ordered = [...costs].sort((a, b) => byCodeUnit(a.id, b.id));
  const byId = new Map(ordered.map((cost) => [cost.id, cost]));
  const byTable = indexByTable(ordered);
  const planned = positionsOf(placements, options);
  const costUnder = repricing(ordered, planned);
  const total = costUnder(planned);
  return {
    cost: total,
    tierOf: (id) => {
      const cost = byId.get(id);
      return cost === undefined ? undefined : tierUnder(cost, options, planned);
    },
    candidatesOf: (table) =>
      candidates({ costUnder, touching: byTable.get(table) ?? [], options, planned, total, planWith }, table),
  };
}

function indexByTable(costs: readonly StatementCost[]): ReadonlyMap<TableName, readonly StatementCost[]> {
  const index = new Map<TableName, StatementCost[]>();
  for (const cost of costs) {
    for (const table of cost.tables) {
      const known = index.get(table);
      if (known === undefined) index.set(table, [cost]);
      else known.push(cost);
    }
  }
  return index;
}

/** A placement that is none of the table's options has no position: it satisfies no box that names the table. */
function positionsOf(placements: Placements, options: TableOptions): Positions {
  return new Map(
    [...options].map(([table, list]) => [
      table,
      list.findIndex((option) => isSamePlacement(option, placements.get(table))),
    ]),
  );
}

/** Groups are labels: the key and the way to it decide. */
export function isSamePlacement(left: Placement, right: Placement | undefined): boolean {
  if (right === undefined || left.placement !== right.placement) return false;
  if (left.placement !== 'sharded' || right.placement !== 'sharded') return true;
  const pathOf = (placement: typeof left): string => JSON.stringify(placement.addKey?.path ?? []);
  return left.key === right.key && pathOf(left) === pathOf(right);
}

function totalCost(costs: readonly StatementCost[], positions: Positions): number {
  let total = 0;
  for (const cost of costs) total += cost.weight * priceOf(cost, positions);
  return total;
}

/**
 * The cost of all under other positions. Only statements with a box that names a moved table are priced again; all are added
 * up in the one order, so that the sums are the same to the last bit.
 */
function repricing(costs: readonly StatementCost[], planned: Positions): (positions: Positions) => number {
  const known = Float64Array.from(costs, (cost) => cost.weight * priceOf(cost, planned));
  const naming = new Map<TableName, Set<number>>();
  costs.forEach(({ boxes }, at) => {
    for (const { allowed } of boxes) {
      for (const [table] of allowed) naming.set(table, (naming.get(table) ?? new Set()).add(at));
    }
  });
  return (positions) => {
    const charges = known.slice();
    for (const [table, places] of naming) {
      if (positions.get(table) === planned.get(table)) continue;
      for (const at of places) {
        const cost = costs[at];
        if (cost !== undefined) charges[at] = cost.weight * priceOf(cost, positions);
      }
    }
    return charges.reduce((total, charge) => total + charge, 0);
  };
}

function priceOf(cost: StatementCost, positions: Positions): number {
  return cost.boxes.reduce(
    (least, box) => (box.cost < least && isSatisfied(box, positions) ? box.cost : least),
    cost.otherwise,
  );
}

function isSatisfied(box: Box, positions: Positions): boolean {
  for (const [table, allowed] of box.allowed) {
    if (!allowed.includes(positions.get(table) ?? -1)) return false;
  }
  return true;
}

/**
 * Of the cheapest boxes the best tier. A box of one shard or one database lets global tables in wherever they are only
 * read; with nothing but global tables the statement is a global-read.
 */
function tierUnder(
  cost: StatementCost,
  options: TableOptions,
  positions: Positions,
): VerdictKind | undefined {
  const least = priceOf(cost, positions);
  const cheapest = cost.boxes.filter((box) => box.cost === least && isSatisfied(box, positions));
  const tier = verdictKinds.find((candidate) => cheapest.some((box) => box.tier === candidate));
  const isGlobal = (table: TableName): boolean =>
    options.get(table)?.[positions.get(table) ?? -1]?.placement === 'global';
  const readsInOnePlace = tier === 'single-shard' || tier === 'unsharded';
  return readsInOnePlace && cost.tables.every(isGlobal) ? 'global-read' : tier;
}

// ── candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Field {
  readonly costUnder: (positions: Positions) => number;
  /** Statements that touch the table. */
  readonly touching: readonly StatementCost[];
  readonly options: TableOptions;
  readonly planned: Positions;
  readonly total: number;
  readonly planWith: PlanWith;
}

function candidates(field: Field, table: TableName): readonly Candidate[] {
  const planned = field.planned.get(table);
  const now = totalCost(field.touching, field.planned);
  return (field.options.get(table) ?? [])
    .map((placement, position) => ({
      candidate: candidateAt(field, table, placement, position, now),
      position,
    }))
    .sort(
      (a, b) =>
        Number(b.position === planned) - Number(a.position === planned) ||
        a.candidate.flipCost - b.candidate.flipCost ||
        a.position - b.position,
    )
    .map(({ candidate }) => candidate);
}

function candidateAt(
  field: Field,
  table: TableName,
  placement: Placement,
  position: number,
  now: number,
): Candidate {
  const { costUnder, touching, options, planned, total, planWith } = field;
  const isPlanned = planned.get(table) === position;
  const alone: Positions = new Map([...planned, [table, position]]);
  const anew = isPlanned ? planned : planWith(table, position);
  const flipCostAlone = difference(now, totalCost(touching, alone));
  const flipCost = anew === undefined ? flipCostAlone : difference(total, costUnder(anew));
  const shares = sharesByTier(touching, options, alone);
  return {
    placement,
    singleShardShare: singleShardShare(shares),
    reoptimised: anew !== undefined,
    shareIfChosen: singleShardShare(anew === undefined ? shares : sharesByTier(touching, options, anew)),
    costIfChosen: total + flipCost,
    flipCost,
    flipCostAlone,
    follows: anew === undefined ? new Map() : movedBeside(table, options, planned, anew),
    reasons: reasonsFor(placement, isPlanned, { flipCost, flipCostAlone }, shares),
  };
}

/** Sums of the same numbers in another order differ by rounding. */
function difference(from: number, to: number): number {
  return isEqual(from, to) ? 0 : to - from;
}

function movedBeside(table: TableName, options: TableOptions, from: Positions, to: Positions): Placements {
  const moved = [...from.keys()].filter((name) => name !== table && from.get(name) !== to.get(name)).sort();
  return new Map(
    moved.flatMap((name) => {
      const placement = options.get(name)?.[to.get(name) ?? -1];
      return placement === undefined ? [] : [[name, placement] as const];
    }),
  );
}

type Shares = ReadonlyMap<VerdictKind | 'no box', number>;

/** Weight by tier, as shares of all weight that touches the table; tiers from best to worst. */
function sharesByTier(
  touching: readonly StatementCost[],
  options: TableOptions,
  positions: Positions,
): Shares {
  const weights = new Map<VerdictKind | 'no box', number>();
  let all = 0;
  for (const cost of touching) {
    const tier = tierUnder(cost, options, positions) ?? 'no box';
    weights.set(tier, (weights.get(tier) ?? 0) + cost.weight);
    all += cost.weight;
  }
  const order: readonly (VerdictKind | 'no box')[] = [...verdictKinds, 'no box'];
  return new Map(
    order.flatMap((tier) => (weights.has(tier) ? [[tier, (weights.get(tier) ?? 0) / all]] : [])),
  );
}

/** As the plan's score has it: weight that only touches the unsharded database counts neither way. */
function singleShardShare(shares: Shares): number {
  const of = (tier: VerdictKind): number => shares.get(tier) ?? 0;
  const sharded = 1 - of('unsharded') - of('tableless');
  return shares.size === 0 || sharded <= 0 ? 0 : (of('single-shard') + of('global-read')) / sharded;
}

interface Flip {
  readonly flipCost: number;
  readonly flipCostAlone: number;
}

function reasonsFor(placement: Placement, isPlanned: boolean, flip: Flip, shares: Shares): readonly string[] {
  const path = placement.placement === 'sharded' ? (placement.addKey?.path ?? []) : [];
  const byTier = [...shares].map(
    ([tier, share]) => `${percent(share)} ${tier === 'no box' ? 'cross-shard or worse' : tier}`,
  );
  return [
    ...(isPlanned ? ['chosen'] : [comparedWithPlan(flip)]),
    ...(path.length > 0 ? [`needs a new column, filled along ${path.join(', ')}`] : []),
    ...(byTier.length > 0 ? [byTier.join(', ')] : ['no statement touches the table']),
  ];
}

function comparedWithPlan({ flipCost, flipCostAlone }: Flip): string {
  const alone =
    flipCost === flipCostAlone ? '' : `; ${signed(flipCostAlone)} with everything else as planned`;
  if (flipCost === 0) return `costs the same as the plan${alone}`;
  return flipCost > 0
    ? `costs ${number(flipCost)} more${alone}`
    : `costs ${number(-flipCost)} less, but breaks a budget or is not worth its charge${alone}`;
}

function signed(change: number): string {
  if (change === 0) return 'nothing more';
  return change > 0 ? `${number(change)} more` : `${number(-change)} less`;
}
