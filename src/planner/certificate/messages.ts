/**
 * Messages that somebody found in doubles, as whole numbers: any rounding stays a proof, so it is chosen to cost less than
 * anybody will see, and to keep the file small. A constant on all of a table's messages of one term changes nothing.
 */

import type { Open } from '../assignment.js';
import { type Term, tablesOfTerm } from '../assignment.js';
import type { DualState } from '../evidence.js';
import type { Multipliers } from './bound.js';
import { toNumber } from './exact.js';
import { MULTIPLIER_BITS } from './model.js';
import type { ProofScope } from './scope.js';
import { type ProofBox, type ProofTerm, shapeOf } from './terms.js';

/** For each table of a term, by position. */
export type Draft = readonly ReadonlyMap<number, number>[];

/** Roundings all together may cost this share of the part. */
const ROUNDING = 2 ** -30;

/** Tolls are in costs for a load that is the limit's whole. */
export function multipliersOf(
  scope: ProofScope,
  open: Open,
  drafts: ReadonlyMap<number, Draft>,
  tolls: readonly number[],
): Multipliers {
  const bits = bitsFor(scope, drafts.size);
  const messages = new Map<number, readonly (readonly number[])[]>();
  for (const [at, draft] of [...drafts].sort(([a], [b]) => a - b)) {
    const { tables } = scope.terms[at] as ProofTerm;
    const lists = tables.map((table, member) =>
      wholeNumbers(draft[member] as ReadonlyMap<number, number>, open[table] as readonly number[], bits),
    );
    if (lists.some((list) => list.length > 0)) messages.set(at, lists);
  }
  return { scope, bits, messages, tolls: tolls.map((toll) => whole(Math.max(0, toll), MULTIPLIER_BITS)) };
}

/** So many that the roundings cost nothing beside the part's unit, or beside the whole. */
function bitsFor({ model, terms, unit }: ProofScope, count: number): number {
  const all = terms.reduce((sum, { base }) => sum + toNumber(base, model.bits), 0);
  const bearable = Math.max(toNumber(unit, model.bits) / 4, all * ROUNDING) / Math.max(1, count);
  const bits = bearable > 0 ? Math.ceil(-Math.log2(bearable)) : MULTIPLIER_BITS;
  return Math.max(0, Math.min(MULTIPLIER_BITS, bits));
}

function whole(value: number, bits: number): bigint {
  return BigInt(Math.round(value * 2 ** bits));
}

/** By position, up to the last that is not 0; what most positions have counts as 0. */
function wholeNumbers(
  draft: ReadonlyMap<number, number>,
  open: readonly number[],
  bits: number,
): readonly number[] {
  const rounded = open.map((position) => Math.round((draft.get(position) ?? 0) * 2 ** bits));
  const counts = new Map<number, number>();
  for (const value of rounded) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [usual] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  const list: number[] = [];
  for (const [rank, position] of open.entries()) {
    const value = (rounded[rank] as number) - usual;
    if (value === 0 || !Number.isSafeInteger(value)) continue;
    while (list.length < position) list.push(0);
    list[position] = value;
  }
  return list;
}

// ── from the solve ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The dual's messages, for the terms of the same shape. Assumes that the scope is narrowed to the open positions. */
export function multipliersFrom(scope: ProofScope, open: Open, state: DualState): Multipliers {
  const index = new Map(scope.terms.map((term, at) => [shapeOfTerm(term.boxes), at]));
  const drafts = new Map<number, Map<number, number>[]>();
  for (const [at, term] of state.terms.entries()) {
    const found = index.get(shapeOfBoxes(term));
    if (found === undefined) continue;
    const tables = (scope.terms[found] as ProofTerm).tables;
    const draft = drafts.get(found) ?? tables.map(() => new Map<number, number>());
    addMessages(draft, state, at);
    drafts.set(found, draft);
  }
  const tolls = scope.limits.map(({ whole: load }, at) => (state.prices[at] ?? 0) * load);
  return multipliersOf(scope, open, drafts, tolls);
}

function shapeOfTerm(boxes: readonly ProofBox[]): string {
  return shapeOf(boxes.map(({ allowed }) => allowed));
}

function shapeOfBoxes({ boxes }: Term): string {
  return shapeOf(
    boxes.map(({ allowed }) =>
      [...allowed]
        .sort(([a], [b]) => a - b)
        .map(([table, positions]) => [table, [...positions].sort((a, b) => a - b)] as const),
    ),
  );
}

/** Members of a term are its tables in ascending order, here and there. */
function addMessages(
  draft: readonly Map<number, number>[],
  { dense, terms, messages }: DualState,
  at: number,
): void {
  const first = dense.memberStart[at] as number;
  for (const [member] of tablesOfTerm(terms[at] as Term).entries()) {
    const list = draft[member] as Map<number, number>;
    const offset = dense.memberOffset[first + member] as number;
    const positions = dense.positions[dense.memberTable[first + member] as number] as readonly number[];
    for (const [rank, position] of positions.entries()) {
      list.set(position, (list.get(position) ?? 0) + (messages[offset + rank] as number));
    }
  }
}
