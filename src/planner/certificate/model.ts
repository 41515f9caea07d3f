/**
 * The plan problem in exact numbers, as certificates speak of it: made from options and costs alone, by the writer and the
 * checker of a certificate alike, and never from anything that a solver said.
 *
 * Options that no plan may have are closed (see limits.ts), statements of one table become charges, statements of one
 * shape one term that bears the name of the first (see terms.ts). All costs are whole multiples of 2^-bits.
 */

import { byCodeUnit, type Placement, type TableName } from '../../model/index.js';
import type { Assignment, Open, Term, TermBox } from '../assignment.js';
import { keepLimits } from '../limits.js';
import { type PlanProblem, puzzleOf } from '../problem.js';
import { fractionBits, scaled } from './exact.js';
import { type Costs, narrowCosts, type ProofBox, type ProofTerm, termPrice } from './terms.js';

/** Multipliers are whole multiples of 2^-20. */
export const MULTIPLIER_BITS = 20;

/** Sums of doubles are compared to one part in 10⁹, so a budget gives way by that much. */
const ROOM = 2e-9;

export interface ProofModel extends Costs {
  readonly bits: number;
  readonly names: readonly TableName[];
  /** What each position of each table is called. */
  readonly labels: readonly (readonly string[])[];
  /** Ascending. */
  readonly open: Open;
  readonly limits: readonly ProofLimit[];
}

export interface ProofLimit {
  readonly name: string;
  /** Limit and loads are whole multiples of 2^-loadBits, as shares of this power of two. */
  readonly whole: number;
  readonly loadBits: number;
  readonly limit: bigint;
  readonly loads: readonly (readonly bigint[])[];
}

export function proofModel(problem: PlanProblem): ProofModel {
  const puzzle = puzzleOf(problem);
  const kept = keepLimits(puzzle.open, puzzle.limits);
  const open = kept.open.map((positions) => [...positions].sort((a, b) => a - b));
  const limits = kept.limits.map((limit, at) => exactLimit(limit, puzzle.limits[at]?.name ?? '', open));
  const charges = puzzle.levels[0].linear;
  const terms = namedTerms(problem, puzzle.statements, puzzle.wishes);
  const bits = Math.max(
    ...[MULTIPLIER_BITS, ...limits.map(({ loadBits }) => loadBits + MULTIPLIER_BITS)],
    terms.reduce((most, { term }) => Math.max(most, bitsOfTerm(term)), 0),
    charges.reduce((most, list) => list.reduce((a, charge) => Math.max(a, fractionBits(charge)), most), 0),
  );
  const linear = open.map((_, table) =>
    (problem.options.get(puzzle.names[table] as TableName) ?? []).map((__, position) =>
      scaled(charges[table]?.[position] ?? 0, bits),
    ),
  );
  return {
    bits,
    names: puzzle.names,
    labels: puzzle.names.map((name) => labelsOf(problem.options.get(name) ?? [])),
    open,
    ...narrowCosts({ constant: 0n, terms: exactTerms(terms, bits), linear }, open),
    limits,
  };
}

function namedTerms(
  problem: PlanProblem,
  statements: readonly Term[],
  wishes: readonly Term[],
): readonly { readonly id: string; readonly term: Term }[] {
  const idsOf = (list: readonly { readonly id: string }[]): readonly string[] =>
    list.map(({ id }) => id).sort(byCodeUnit);
  const costs = idsOf(problem.costs);
  const wished = idsOf(problem.chargedWishes);
  return [
    ...statements.map((term, at) => ({ id: costs[at] as string, term })),
    ...wishes.map((term, at) => ({ id: `apart: ${wished[at]}`, term })),
  ];
}

function bitsOfTerm({ weight, otherwise, boxes }: Term): number {
  const costs = boxes.reduce((bits, box) => Math.max(bits, fractionBits(box.cost)), fractionBits(otherwise));
  return fractionBits(weight) + costs;
}

function exactLimit(
  { limit, loads }: { readonly limit: number; readonly loads: readonly (readonly number[])[] },
  name: string,
  open: Open,
): ProofLimit {
  const wide = limit + ROOM * Math.max(1, Math.abs(limit));
  const all = open.map((_, table) => loads[table] ?? []);
  const largest = all.reduce((most, list) => list.reduce((a, load) => Math.max(a, load), most), wide);
  const power = 2 ** Math.ceil(Math.log2(Math.max(largest, 1)));
  const loadBits = all.reduce(
    (bits, list) => list.reduce((a, load) => Math.max(a, fractionBits(load / power)), bits),
    fractionBits(wide / power),
  );
  return {
    name,
    whole: power,
    loadBits,
    limit: scaled(wide / power, loadBits),
    loads: all.map((list) => list.map((load) => scaled(load / power, loadBits))),
  };
}

/** One after the other, for in exact numbers they take much room. Boxes cheapest first, as they come. */
function* exactTerms(
  terms: readonly { readonly id: string; readonly term: Term }[],
  bits: number,
): Generator<ProofTerm> {
  const sorted = new Map<TermBox['allowed'], ProofBox['allowed']>();
  const allowedBy = ({ allowed }: TermBox): ProofBox['allowed'] => {
    const known = sorted.get(allowed) ?? [...allowed].sort(([a], [b]) => a - b);
    sorted.set(allowed, known);
    return known;
  };
  for (const { id, term } of terms) {
    const weightBits = fractionBits(term.weight);
    const weight = scaled(term.weight, weightBits);
    const price = (cost: number): bigint => weight * scaled(cost, bits - weightBits);
    const base = price(term.otherwise);
    const boxes = term.boxes.map((box) => ({ gain: base - price(box.cost), allowed: allowedBy(box) }));
    const tables = new Set(boxes.flatMap(({ allowed }) => allowed.map(([table]) => table)));
    yield { id, tables: [...tables], base, boxes };
  }
}

// ── names, costs ─────────────────────────────────────────────────────────────────────────────────────────────────────

function labelsOf(options: readonly Placement[]): readonly string[] {
  const labels = options.map((option) => {
    if (option.placement !== 'sharded') return option.placement;
    const path = option.addKey === undefined ? '' : `, added along ${option.addKey.path.join(', ')}`;
    return `sharded by ${option.key}${path}`;
  });
  return labels.map((label, at) => (labels.indexOf(label) === at ? label : `${label} (option ${at + 1})`));
}

/** Cost and charges of a plan. */
export function planPrice(model: ProofModel, assignment: Assignment): bigint {
  let total = model.constant;
  for (const term of model.terms) total += termPrice(term, assignment);
  for (const [table, charges] of model.linear.entries()) total += charges[assignment[table] as number] ?? 0n;
  return total;
}

export function keepsLimit(limit: ProofLimit, tables: readonly number[], assignment: Assignment): boolean {
  let load = 0n;
  for (const table of tables) load += limit.loads[table]?.[assignment[table] as number] ?? 0n;
  return load <= limit.limit;
}
