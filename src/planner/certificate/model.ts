/**
 * The plan problem in exact numbers, as certificates speak of it: made from options and costs alone, by the writer and the
 * checker of a certificate alike, and never from anything that a solver said.
 *
 * Options that no plan may have are closed (see limits.ts), statements of one table become charges, statements of one
 * shape one term that bears the name of the first. All costs are whole multiples of 2^-bits.
 */

import { byCodeUnit, type Placement, type TableName } from '../../model/index.js';
import type { Assignment, Open, Term } from '../assignment.js';
import { keepLimits } from '../limits.js';
import { type PlanProblem, puzzleOf } from '../problem.js';
import { fractionBits, scaled } from './exact.js';

/** Multipliers are whole multiples of 2^-20. */
export const MULTIPLIER_BITS = 20;

/** Sums of doubles are compared to one part in 10⁹, so a budget gives way by that much. */
const ROOM = 2e-9;

export interface ProofModel {
  readonly bits: number;
  readonly names: readonly TableName[];
  /** What each position of each table is called. */
  readonly labels: readonly (readonly string[])[];
  /** Ascending. */
  readonly open: Open;
  /** What every plan pays. */
  readonly constant: bigint;
  readonly terms: readonly ProofTerm[];
  readonly linear: readonly (readonly bigint[])[];
  readonly limits: readonly ProofLimit[];
}

export interface ProofTerm {
  readonly id: string;
  /** Ascending; at least two. */
  readonly tables: readonly number[];
  /** What the term costs when no box is met. */
  readonly base: bigint;
  /** Most gain first. */
  readonly boxes: readonly ProofBox[];
}

export interface ProofBox {
  /** What meeting the box saves against the base. */
  readonly gain: bigint;
  /** Ascending by table; never all of a table's open positions. */
  readonly allowed: readonly (readonly [table: number, positions: readonly number[]])[];
}

export interface ProofLimit {
  readonly name: string;
  /** Limit and loads are whole multiples of 2^-loadBits, as shares of a power of two. */
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
  const reduced = reduce(terms, open, linear, bits);
  return {
    bits,
    names: puzzle.names,
    labels: puzzle.names.map((name) => labelsOf(problem.options.get(name) ?? [])),
    open,
    ...reduced,
    linear,
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
    loadBits,
    limit: scaled(wide / power, loadBits),
    loads: all.map((list) => list.map((load) => scaled(load / power, loadBits))),
  };
}

// ── reduction ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Adds the terms of one table to `linear`. */
function reduce(
  terms: readonly { readonly id: string; readonly term: Term }[],
  open: Open,
  linear: readonly bigint[][],
  bits: number,
): { readonly constant: bigint; readonly terms: readonly ProofTerm[] } {
  const merged = new Map<string, ProofTerm>();
  let constant = 0n;
  for (const { id, term } of terms) {
    const exact = exactTerm(id, term, open, bits);
    const [only] = exact.tables;
    if (only === undefined) constant += exact.base;
    else if (exact.tables.length === 1) {
      constant += exact.base;
      for (const position of open[only] as readonly number[]) {
        const met = exact.boxes.find((box) => box.allowed[0]?.[1].includes(position));
        const list = linear[only] as bigint[];
        list[position] = (list[position] as bigint) - (met?.gain ?? 0n);
      }
    } else {
      const shape = shapeOf(term, exact);
      const same = merged.get(shape);
      merged.set(shape, same === undefined ? exact : together(same, exact));
    }
  }
  return { constant, terms: [...merged.values()] };
}

function exactTerm(id: string, term: Term, open: Open, bits: number): ProofTerm {
  const weightBits = fractionBits(term.weight);
  const weight = scaled(term.weight, weightBits);
  const price = (cost: number): bigint => weight * scaled(cost, bits - weightBits);
  let base = price(term.otherwise);
  const found: { readonly cost: bigint; readonly allowed: ProofBox['allowed'] }[] = [];
  for (const box of term.boxes) {
    const allowed = narrow(box.allowed, open);
    const cost = price(box.cost);
    if (allowed === undefined || cost >= base) continue;
    if (allowed.length === 0) base = cost;
    else found.push({ cost, allowed });
  }
  const useful = found.filter(({ cost }) => cost < base);
  const boxes = useful
    .filter(
      (box, at) =>
        !useful.some((other, before) => before < at && other.cost <= box.cost && isWider(other, box)),
    )
    .map(({ cost, allowed }) => ({ gain: base - cost, allowed }));
  const tables = [...new Set(boxes.flatMap((box) => box.allowed.map(([table]) => table)))];
  return { id, tables: tables.sort((a, b) => a - b), base, boxes };
}

/** Undefined when nothing open is allowed; a table whose open positions are all allowed is left out. */
function narrow(
  allowed: ReadonlyMap<number, readonly number[]>,
  open: Open,
): ProofBox['allowed'] | undefined {
  const entries: (readonly [number, readonly number[]])[] = [];
  for (const [table, positions] of [...allowed].sort(([a], [b]) => a - b)) {
    const alive = open[table] as readonly number[];
    const left = alive.filter((position) => positions.includes(position));
    if (left.length === 0) return undefined;
    if (left.length < alive.length) entries.push([table, left]);
  }
  return entries;
}

/** Whatever meets the box meets the other as well. */
function isWider(other: Pick<ProofBox, 'allowed'>, box: Pick<ProofBox, 'allowed'>): boolean {
  return other.allowed.every(([table, positions]) => {
    const own = box.allowed.find(([at]) => at === table);
    return own?.[1].every((position) => positions.includes(position)) === true;
  });
}

function shapeOf({ otherwise, boxes }: Term, exact: ProofTerm): string {
  const prices = [otherwise, ...boxes.map((box) => box.cost)];
  return JSON.stringify([prices, exact.boxes.map((box) => box.allowed)]);
}

function together(one: ProofTerm, other: ProofTerm): ProofTerm {
  return {
    ...one,
    base: one.base + other.base,
    boxes: one.boxes.map((box, at) => ({
      ...box,
      gain: box.gain + (other.boxes[at] as ProofBox).gain,
    })),
  };
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

function isMet(box: ProofBox, assignment: Assignment): boolean {
  return box.allowed.every(([table, positions]) => positions.includes(assignment[table] as number));
}

export function termPrice(term: ProofTerm, assignment: Assignment): bigint {
  return term.base - (term.boxes.find((box) => isMet(box, assignment))?.gain ?? 0n);
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
