/**
 * The plan as a puzzle over numbers: tables are indices, options positions, a plan is one position a table.
 *
 * A *term* costs its cheapest satisfied box, else `otherwise`. A *level* is a sum of terms and of linear charges; levels
 * are minimised one after the other. A *budget* is a linear limit.
 */

export interface TermBox {
  readonly cost: number;
  /** Positions by table index; a table that is not named may have any. */
  readonly allowed: ReadonlyMap<number, readonly number[]>;
}

export interface Term {
  readonly weight: number;
  readonly otherwise: number;
  /** Cheapest first, all cheaper than `otherwise`. */
  readonly boxes: readonly TermBox[];
}

export interface Level {
  readonly terms: readonly Term[];
  /** Cost of each position of each table. */
  readonly linear: readonly (readonly number[])[];
  /** What reductions found every assignment to pay; comparisons leave it out. */
  readonly constant?: number;
}

export interface LinearLimit {
  readonly loads: readonly (readonly number[])[];
  readonly limit: number;
}

/** One chosen position a table. */
export type Assignment = readonly number[];
/** Positions that are still open, a table. */
export type Open = readonly (readonly number[])[];

/** Two sums of the same numbers in another order differ by rounding; anything within this share is equal. */
const ROUNDING = 1e-9;

export function isLess(left: number, right: number): boolean {
  return left < right - ROUNDING * Math.max(1, Math.abs(left), Math.abs(right));
}

export function isEqual(left: number, right: number): boolean {
  return !isLess(left, right) && !isLess(right, left);
}

export function termCost(term: Term, assignment: Assignment): number {
  const box = term.boxes.find((candidate) => isSatisfied(candidate, assignment));
  return term.weight * (box?.cost ?? term.otherwise);
}

export function isSatisfied(box: TermBox, assignment: Assignment): boolean {
  for (const [table, positions] of box.allowed) {
    if (!positions.includes(assignment[table] as number)) return false;
  }
  return true;
}

export function levelCost(level: Level, assignment: Assignment): number {
  let cost = 0;
  for (const term of level.terms) cost += termCost(term, assignment);
  return cost + linearCost(level.linear, assignment);
}

export function linearCost(linear: Level['linear'], assignment: Assignment): number {
  let cost = 0;
  for (const [table, charges] of linear.entries()) cost += charges[assignment[table] as number] ?? 0;
  return cost;
}

export function isWithin(limits: readonly LinearLimit[], assignment: Assignment): boolean {
  return limits.every(({ loads, limit }) => !isLess(limit, linearCost(loads, assignment)));
}

/** Negative when the left assignment is better at the first level where they differ. */
export function compareAssignments(levels: readonly Level[], left: Assignment, right: Assignment): number {
  for (const level of levels) {
    const [a, b] = [levelCost(level, left), levelCost(level, right)];
    if (isLess(a, b)) return -1;
    if (isLess(b, a)) return 1;
  }
  return 0;
}

export function tablesOfTerm(term: Term): readonly number[] {
  return [...new Set(term.boxes.flatMap((box) => [...box.allowed.keys()]))].sort((a, b) => a - b);
}

/** Terms by the tables that they depend on. */
export function indexTerms(terms: readonly Term[]): ReadonlyMap<number, readonly Term[]> {
  const index = new Map<number, Term[]>();
  for (const term of terms) {
    for (const table of tablesOfTerm(term)) {
      const known = index.get(table);
      if (known === undefined) index.set(table, [term]);
      else known.push(term);
    }
  }
  return index;
}
