/**
 * What a plan costs, statement by statement, and what each table's other options would cost with everything else as
 * planned. Works from the boxes alone, so it is exact for any placements that are among the options.
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
): Judgement {
  const ordered = [...costs].sort((a, b) => byCodeUnit(a.id, b.id));
  const byId = new Map(ordered.map((cost) => [cost.id, cost]));
  const byTable = indexByTable(ordered);
  const planned = positionsOf(placements, options);
  const total = totalCost(ordered, planned);
  return {
    cost: total,
    tierOf: (id) => {
      const cost = byId.get(id);
      return cost === undefined ? undefined : tierUnder(cost, options, planned);
    },
    candidatesOf: (table) => candidates(byTable.get(table) ?? [], options, table, planned, total),
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

function priceOf(cost: StatementCost, positions: Positions): number {
  return cost.boxes.reduce(
    (least, box) => (box.cost < least && isSatisfied(box, positions) ? box.cost : least),
    cost.otherwise,
  );
}

function isSatisfied(box: Box, positions: Positions): boolean {
  return [...box.allowed].every(([table, allowed]) => allowed.includes(positions.get(table) ?? -1));
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

function candidates(
  touching: readonly StatementCost[],
  options: TableOptions,
  table: TableName,
  planned: Positions,
  total: number,
): readonly Candidate[] {
  const now = totalCost(touching, planned);
  const list = (options.get(table) ?? []).map(
    (placement, position): Candidate & { readonly isPlanned: boolean } => {
      const positions = new Map([...planned, [table, position]]);
      const change = totalCost(touching, positions) - now;
      const flipCost = isEqual(now + change, now) ? 0 : change;
      const isPlanned = planned.get(table) === position;
      const shares = sharesByTier(touching, options, positions);
      return {
        placement,
        singleShardShare: singleShardShare(shares),
        costIfChosen: total + flipCost,
        flipCost,
        reasons: reasonsFor(placement, isPlanned, flipCost, shares),
        isPlanned,
      };
    },
  );
  return list
    .map((candidate, position) => ({ candidate, position }))
    .sort(
      (a, b) =>
        Number(b.candidate.isPlanned) - Number(a.candidate.isPlanned) ||
        a.candidate.flipCost - b.candidate.flipCost ||
        a.position - b.position,
    )
    .map(({ candidate: { isPlanned: _, ...candidate } }) => candidate);
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

function reasonsFor(
  placement: Placement,
  isPlanned: boolean,
  flipCost: number,
  shares: Shares,
): readonly string[] {
  const path = placement.placement === 'sharded' ? (placement.addKey?.path ?? []) : [];
  const byTier = [...shares].map(
    ([tier, share]) => `${percent(share)} ${tier === 'no box' ? 'cross-shard or worse' : tier}`,
  );
  return [
    ...(isPlanned ? ['chosen'] : [comparedWithPlan(flipCost)]),
    ...(path.length > 0 ? [`needs a new column, filled along ${path.join(', ')}`] : []),
    ...(byTier.length > 0 ? [byTier.join(', ')] : ['no statement touches the table']),
  ];
}

function comparedWithPlan(flipCost: number): string {
  if (flipCost === 0) return 'costs the same as the plan';
  return flipCost > 0
    ? `costs ${number(flipCost)} more`
    : `costs ${number(-flipCost)} less, but breaks a budget or is not worth its charge`;
}
