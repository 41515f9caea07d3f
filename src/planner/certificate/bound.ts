/**
 * What multipliers prove: weak duality, in exact arithmetic.
 *
 * A multiplier is the price that a box of a term pays a table for having one of the allowed positions. A term earns at most
 * its best box's gain less the prices paid; a table gets at most the prices of the boxes that its position serves, less its
 * charge and the tolls of budgets. No plan saves more than all of these together, whatever the prices are, as long as none
 * is negative. docs/decisions/0004-certificate.md has the sum.
 */

import type { Assignment, Open } from '../assignment.js';
import { gcd, least, most, roundUp, sum } from './exact.js';
import {
  keepsLimit,
  MULTIPLIER_BITS,
  type ProofLimit,
  type ProofModel,
  type ProofTerm,
  termPrice,
} from './model.js';

/** Tables that no term links to others, and the budgets that their proof counts on. */
export interface ProofScope {
  readonly model: ProofModel;
  readonly tables: readonly number[];
  readonly terms: readonly ProofTerm[];
  readonly limits: readonly ProofLimit[];
  /** Every plan's cost of this part is a multiple of it. */
  readonly unit: bigint;
}

/** In units of 2^-20; not negative. */
export interface Multipliers {
  readonly prices: readonly {
    readonly term: number;
    readonly box: number;
    readonly table: number;
    readonly value: bigint;
  }[];
  /** A toll for each limit. */
  readonly tolls: readonly bigint[];
}

/** Multipliers worked out: what no table decides, and what each position of each table is worth at most. */
export interface Priced {
  readonly fixed: bigint;
  readonly worth: ReadonlyMap<number, readonly bigint[]>;
}

export const noMultipliers: Multipliers = { prices: [], tolls: [] };

/** Trying more plans than this is a matter for multipliers. */
export const MOST_TRIED = 256;

export function scopeOf(
  model: ProofModel,
  tables: readonly number[],
  limits: readonly ProofLimit[],
): ProofScope {
  const members = new Set(tables);
  const terms = model.terms.filter((term) => members.has(term.tables[0] as number));
  return { model, tables, terms, limits, unit: unitOf(model, tables, terms) };
}

function unitOf(model: ProofModel, tables: readonly number[], terms: readonly ProofTerm[]): bigint {
  let unit = 0n;
  for (const { base, boxes } of terms) {
    unit = gcd(unit, base);
    for (const { gain } of boxes) unit = gcd(unit, gain);
  }
  for (const table of tables) {
    for (const position of model.open[table] as readonly number[]) {
      unit = gcd(unit, model.linear[table]?.[position] ?? 0n);
    }
  }
  return unit;
}

export function priced(scope: ProofScope, { prices, tolls }: Multipliers): Priced {
  const { model, terms, limits } = scope;
  const raise = BigInt(model.bits - MULTIPLIER_BITS);
  const worth = new Map(
    scope.tables.map((table) => [table, (model.linear[table] ?? []).map((charge) => -charge)]),
  );
  const paid = new Map<number, bigint[]>();
  for (const { term, box, table, value } of prices) {
    const { boxes } = terms[term] as ProofTerm;
    const sums = paid.get(term) ?? boxes.map(() => 0n);
    sums[box] = (sums[box] as bigint) + (value << raise);
    paid.set(term, sums);
    const positions = boxes[box]?.allowed.find(([at]) => at === table)?.[1] ?? [];
    const list = worth.get(table) as bigint[];
    for (const position of positions) list[position] = (list[position] as bigint) + (value << raise);
  }
  let fixed = 0n;
  for (const [at, term] of terms.entries()) fixed += term.base - keptGain(term, paid.get(at));
  for (const [at, limit] of limits.entries()) {
    const toll = tolls[at] ?? 0n;
    if (toll === 0n) continue;
    const shift = BigInt(model.bits - MULTIPLIER_BITS - limit.loadBits);
    fixed -= (toll * limit.limit) << shift;
    for (const table of scope.tables) {
      const list = worth.get(table) as bigint[];
      for (const [position, load] of (limit.loads[table] ?? []).entries()) {
        list[position] = (list[position] as bigint) - ((toll * load) << shift);
      }
    }
  }
  return { fixed, worth };
}

/** The most that a term can earn after what it pays. */
function keptGain({ boxes }: ProofTerm, paid: readonly bigint[] | undefined): bigint {
  let best = 0n;
  for (const [at, { gain }] of boxes.entries()) {
    const left = gain - (paid?.[at] ?? 0n);
    if (left > best) best = left;
  }
  return best;
}

/** No plan with these open positions costs less; undefined when there is no such plan within the limits. */
export function boundOf(scope: ProofScope, { fixed, worth }: Priced, open: Open): bigint | undefined {
  if (isOverAnyway(scope, open)) return undefined;
  let bound = fixed;
  for (const table of scope.tables) {
    const list = worth.get(table) as readonly bigint[];
    bound -= most((open[table] as readonly number[]).map((position) => list[position] as bigint));
  }
  return roundUp(bound, scope.unit);
}

/** Even the lightest positions weigh more than a limit allows. */
function isOverAnyway({ tables, limits }: ProofScope, open: Open): boolean {
  return limits.some(({ limit, loads }) => {
    const lightest = tables.map((table) =>
      least((open[table] as readonly number[]).map((position) => loads[table]?.[position] ?? 0n)),
    );
    return sum(lightest) > limit;
  });
}

/** Of two branches, what both prove. */
export function lower(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return least([left, right]);
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
export function priceIn({ model, tables, terms }: ProofScope, assignment: Assignment): bigint {
  let price = 0n;
  for (const term of terms) price += termPrice(term, assignment);
  for (const table of tables) price += model.linear[table]?.[assignment[table] as number] ?? 0n;
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
