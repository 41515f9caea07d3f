/** Tables that no term links to others, and the budgets that their proof counts on: what one tree of a proof is about. */

import type { Assignment, Open } from '../assignment.js';
import { gcd, least, sum } from './exact.js';
import { type Joint, jointsOf, narrowJoints } from './joint.js';
import { keepsLimit, type ProofLimit, type ProofModel } from './model.js';
import { type Costs, termPrice } from './terms.js';

export interface ProofScope extends Omit<Costs, 'terms'> {
  readonly model: ProofModel;
  /** What its terms were narrowed to. */
  readonly open: Open;
  /** Terms of the same tables taken together. */
  readonly joints: readonly Joint[];
  readonly tables: readonly number[];
  readonly limits: readonly ProofLimit[];
  /** Every plan's cost of this part is a multiple of it. */
  readonly unit: bigint;
}

/** Trying more plans than this is a matter for multipliers. */
export const MOST_TRIED = 256;

export function scopeOf(
  model: ProofModel,
  tables: readonly number[],
  limits: readonly ProofLimit[],
): ProofScope {
  const members = new Set(tables);
  const terms = model.terms.filter((term) => members.has(term.tables[0] as number));
  const costs: Costs = { constant: 0n, terms, linear: model.linear };
  const { open, linear } = model;
  const joints = jointsOf(terms, open);
  return { constant: 0n, linear, model, open, joints, tables, limits, unit: unitOf(costs, tables, open) };
}

function unitOf({ terms, linear }: Costs, tables: readonly number[], open: Open): bigint {
  let unit = 0n;
  for (const { base, boxes } of terms) {
    unit = gcd(unit, base);
    for (const { gain } of boxes) unit = gcd(unit, gain);
  }
  for (const table of tables) {
    for (const position of open[table] as readonly number[])
      unit = gcd(unit, linear[table]?.[position] ?? 0n);
  }
  return unit;
}

/** The same part with what these open positions leave of its terms. Assumes that the scope has no fewer. */
export function narrowScope(scope: ProofScope, open: Open): ProofScope {
  const isNarrower = (table: number): boolean => scope.open[table]?.length !== open[table]?.length;
  if (!scope.tables.some(isNarrower)) return scope;
  const { joints, costs } = narrowJoints(scope.joints, scope, open, isNarrower);
  return { ...scope, constant: costs.constant, linear: costs.linear, open, joints };
}

/** Even the lightest positions weigh more than a limit allows. */
export function isOverAnyway({ tables, limits }: ProofScope, open: Open): boolean {
  return limits.some((limit) => sum(tables.map((table) => lightest(limit, table, open))) > limit.limit);
}

export function loadOf({ loads }: ProofLimit, table: number, position: number): bigint {
  return loads[table]?.[position] ?? 0n;
}

export function lightest(limit: ProofLimit, table: number, open: Open): bigint {
  return least((open[table] as readonly number[]).map((position) => loadOf(limit, table, position)));
}

export function plansLeft({ tables }: ProofScope, open: Open): number {
  return tables.reduce((count, table) => count * (open[table] as readonly number[]).length, 1);
}

/** The cheapest of all plans that are left; undefined when none keeps the limits. */
export function tryAll(scope: ProofScope, open: Open): bigint | undefined {
  let best: bigint | undefined;
  for (const assignment of plans(scope.tables, open)) {
    if (!scope.limits.every((limit) => keepsLimit(limit, scope.tables, assignment))) continue;
    const price = priceIn(scope, assignment);
    if (best === undefined || price < best) best = price;
  }
  return best;
}

/** What the part's tables and terms cost under a plan. */
export function priceIn({ constant, tables, joints, linear }: ProofScope, assignment: Assignment): bigint {
  let price = constant;
  for (const { terms } of joints) for (const term of terms) price += termPrice(term, assignment);
  for (const table of tables) price += linear[table]?.[assignment[table] as number] ?? 0n;
  return price;
}

function* plans(tables: readonly number[], open: Open): Generator<Assignment> {
  const assignment: number[] = [];
  function* from(at: number): Generator<Assignment> {
    if (at === tables.length) {
      yield assignment;
      return;
    }
    const table = tables[at] as number;
    for (const position of open[table] as readonly number[]) {
      assignment[table] = position;
      yield* from(at + 1);
    }
  }
  yield* from(0);
}
