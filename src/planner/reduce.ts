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

export function reduceLevel(level: Level, open: Open): ReducedLevel {
  const linear = level.linear.map((charges) => [...charges]);
  const merged = new Map<string, Term>();
  let constant = 0;
  for (const original of level.terms) {
    const term = narrowTerm(original, open);
    const tables = tablesOfTerm(term);
    const [only] = tables;
    if (only === undefined) constant += term.weight * term.otherwise;
    else if (tables.length === 1) chargeLinearly(linear[only] as number[], term, only, open);
    else mergeInto(merged, term);
  }
  return { terms: [...merged.values()], linear, constant };
}

/** The term as it looks when only open positions count. */
function narrowTerm(term: Term, open: Open): Term {
  const boxes: TermBox[] = [];
  let otherwise = term.otherwise;
  for (const original of term.boxes) {
    const box = narrowBox(original, open);
    if (box === undefined || box.cost >= otherwise || boxes.some((wider) => dominates(wider, box))) continue;
    // Satisfied by every assignment, and the boxes that follow are not cheaper.
    if (box.allowed.size === 0) {
      otherwise = box.cost;
      break;
    }
    boxes.push(box);
  }
  return { weight: term.weight, otherwise, boxes: boxes.filter((box) => box.cost < otherwise) };
}

function narrowBox(box: TermBox, open: Open): TermBox | undefined {
  const allowed = new Map<number, readonly number[]>();
  for (const [table, positions] of box.allowed) {
    const alive = open[table] as readonly number[];
    const left = alive.filter((position) => positions.includes(position));
    if (left.length === 0) return undefined;
    if (left.length < alive.length) allowed.set(table, left);
  }
  return { cost: box.cost, allowed };
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

function mergeInto(merged: Map<string, Term>, term: Term): void {
  const boxes = term.boxes.map((box) => [box.cost, [...box.allowed].sort(([a], [b]) => a - b)]);
  const key = JSON.stringify([term.otherwise, boxes]);
  const same = merged.get(key);
  merged.set(key, same === undefined ? term : { ...term, weight: same.weight + term.weight });
}
