/**
 * Makes a level smaller without changing what it says about the open positions: boxes that can no longer be satisfied or
 * are dominated by a cheaper and wider one go, a term of one table becomes a linear charge, equal terms merge.
 */

import type { Level, Open, Term, TermBox } from './assignment.js';
import { tablesOfTerm, termCost } from './assignment.js';

export interface ReducedLevel extends Level {
  /** What every assignment pays. */
  readonly constant: number;
}

/** Levels whose terms share boxes share what is left of them when they are reduced with one narrowing. */
export function reduceLevel(
  level: Level,
  open: Open,
  narrowing: Narrowing = narrowingTo(open),
): ReducedLevel {
  const linear = level.linear.map((charges) => [...charges]);
  const merged = new Map<string, Term>();
  let constant = 0;
  for (const original of level.terms) {
    const term = narrowTerm(original, narrowing);
    const tables = tablesOfTerm(term);
    const [only] = tables;
    if (only === undefined) constant += term.weight * term.otherwise;
    else if (tables.length === 1) chargeLinearly(linear[only] as number[], term, only, open);
    else mergeInto(merged, term, narrowing);
  }
  return { terms: [...merged.values()], linear, constant };
}

/** The term as it looks when only open positions count. */
function narrowTerm(term: Term, { narrowBox }: Narrowing): Term {
  const boxes: TermBox[] = [];
  let otherwise = term.otherwise;
  for (const original of term.boxes) {
    const box = narrowBox(original);
    if (box === undefined || box.cost >= otherwise || boxes.some((wider) => dominates(wider, box))) continue;
    // Satisfied by every assignment, and the boxes that follow are not cheaper.
    if (box.allowed.size === 0) {
      otherwise = box.cost;
      break;
    }
    boxes.push(box);
  }
  // Copied, for a list that grew keeps room for more.
  return { weight: term.weight, otherwise, boxes: boxes.filter((box) => box.cost < otherwise).slice() };
}

type Allowed = TermBox['allowed'];

export interface Narrowing {
  /** Undefined when it can no longer be met. */
  readonly narrowBox: (box: TermBox) => TermBox | undefined;
  /** Of what a narrowed box allows: equal ones have one number. */
  readonly numberOf: (allowed: Allowed) => number | undefined;
}

/** Terms share boxes, and many become equal: each is narrowed once, and equal ones are one and the same. */
export function narrowingTo(open: Open): Narrowing {
  const narrowed = new Map<TermBox, TermBox | undefined>();
  const byText = new Map<string, Allowed>();
  const numbers = new Map<Allowed, number>();
  const lists = new Map<string, readonly number[]>();
  const narrow = (allowed: Allowed): Allowed | undefined => {
    const left = openIn(allowed, open);
    if (left === undefined) return undefined;
    const text = left.map(([table, positions]) => `${table}:${positions}`).join(' ');
    const same = byText.get(text);
    if (same !== undefined) return same;
    const fresh = new Map(left.map(([table, positions]) => [table, heldOnce(lists, positions)]));
    byText.set(text, fresh);
    numbers.set(fresh, numbers.size);
    return fresh;
  };
  const narrowBox = (box: TermBox): TermBox | undefined => {
    if (narrowed.has(box)) return narrowed.get(box);
    const allowed = narrow(box.allowed);
    const result = allowed && { cost: box.cost, allowed };
    narrowed.set(box, result);
    return result;
  };
  return { narrowBox, numberOf: (allowed) => numbers.get(allowed) };
}

/** By table; undefined when one has none of its positions left. A table of which all open positions are allowed is left out. */
function openIn(
  allowed: Allowed,
  open: Open,
): readonly (readonly [table: number, positions: readonly number[]])[] | undefined {
  const entries: (readonly [number, readonly number[]])[] = [];
  for (const [table, positions] of allowed) {
    const alive = open[table] as readonly number[];
    const left = alive.filter((position) => positions.includes(position));
    if (left.length === 0) return undefined;
    if (left.length < alive.length) entries.push([table, left]);
  }
  return entries.sort(([a], [b]) => a - b);
}

export function heldOnce(lists: Map<string, readonly number[]>, list: readonly number[]): readonly number[] {
  const text = list.join();
  const same = lists.get(text) ?? list;
  lists.set(text, same);
  return same;
}

/** Whatever satisfies `box` satisfies `wider`, which costs no more. */
function dominates(wider: TermBox, box: TermBox): boolean {
  for (const [table, positions] of wider.allowed) {
    const narrower = box.allowed.get(table);
    if (narrower === undefined || !narrower.every((position) => positions.includes(position))) return false;
  }
  return true;
}

function chargeLinearly(charges: number[], term: Term, table: number, open: Open): void {
  const assignment: number[] = [];
  for (const position of open[table] as readonly number[]) {
    assignment[table] = position;
    charges[position] = (charges[position] ?? 0) + termCost(term, assignment);
  }
}

function mergeInto(merged: Map<string, Term>, term: Term, { numberOf }: Narrowing): void {
  const key = `${term.otherwise}|${term.boxes.map((box) => `${box.cost} ${numberOf(box.allowed)}`)}`;
  const same = merged.get(key);
  merged.set(key, same === undefined ? term : { ...term, weight: same.weight + term.weight });
}
