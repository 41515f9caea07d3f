/**
 * Hill climbing: from each start, change one table at a time to its cheapest open position until nothing gets cheaper.
 * Gives an answer at once, and the solver a point to start from. No randomness: starts and order are given.
 */

import type { Assignment, Level, LinearLimit, Open, Term } from './assignment.js';
import { indexTerms, isLess, isWithin, levelCost, linearCost, termCost } from './assignment.js';

/** A climb nearly always ends after two or three rounds; this only bounds what is not worth waiting for. */
const MOST_ROUNDS = 50;

/** The cheapest assignment found that keeps the limits; undefined when no start could be brought within them. */
export function climb(
  tables: readonly number[],
  open: Open,
  level: Level,
  limits: readonly LinearLimit[],
  starts: readonly Assignment[],
): Assignment | undefined {
  const termsOf = indexTerms(level.terms);
  let best: Assignment | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const start of starts) {
    const feasible = bringWithin(tables, open, limits, openStart(tables, open, start));
    if (feasible === undefined) continue;
    const top = climbFrom(tables, open, level, limits, termsOf, feasible);
    const cost = levelCost(level, top);
    if (best === undefined || isLess(cost, bestCost)) [best, bestCost] = [top, cost];
  }
  return best;
}

function openStart(tables: readonly number[], open: Open, start: Assignment): number[] {
  const assignment = [...start];
  for (const table of tables) {
    const positions = open[table] as readonly number[];
    if (!positions.includes(assignment[table] as number)) assignment[table] = positions[0] as number;
  }
  return assignment;
}

/** Moves tables, one after the other, to the position that weighs least on a limit that is broken. */
function bringWithin(
  tables: readonly number[],
  open: Open,
  limits: readonly LinearLimit[],
  start: Assignment,
): Assignment | undefined {
  const assignment = [...start];
  for (const limit of limits) {
    for (const table of tables) {
      if (isWithin([limit], assignment)) break;
      const load = (position: number): number => limit.loads[table]?.[position] ?? 0;
      assignment[table] = (open[table] as readonly number[]).reduce(
        (least, position) => (load(position) < load(least) ? position : least),
        assignment[table] as number,
      );
    }
  }
  return isWithin(limits, assignment) ? assignment : undefined;
}

function climbFrom(
  tables: readonly number[],
  open: Open,
  level: Level,
  limits: readonly LinearLimit[],
  termsOf: ReadonlyMap<number, readonly Term[]>,
  start: Assignment,
): Assignment {
  const assignment = [...start];
  const loads = limits.map((limit) => linearCost(limit.loads, assignment));
  const share = (table: number, position: number): number => {
    assignment[table] = position;
    let cost = level.linear[table]?.[position] ?? 0;
    for (const term of termsOf.get(table) ?? []) cost += termCost(term, assignment);
    return cost;
  };
  const fits = (table: number, from: number, to: number): boolean =>
    limits.every(({ loads: of, limit }, at) => {
      const change = (of[table]?.[to] ?? 0) - (of[table]?.[from] ?? 0);
      return change <= 0 || !isLess(limit, (loads[at] as number) + change);
    });
  for (let round = 0, moved = true; moved && round < MOST_ROUNDS; round += 1) {
    moved = false;
    for (const table of tables) {
      const now = assignment[table] as number;
      let best = now;
      let least = share(table, now);
      for (const position of open[table] as readonly number[]) {
        if (position === best || !fits(table, now, position)) continue;
        const cost = share(table, position);
        if (isLess(cost, least)) [best, least] = [position, cost];
      }
      assignment[table] = best;
      if (best === now) continue;
      moved = true;
      for (const [at, limit] of limits.entries()) {
        loads[at] =
          (loads[at] as number) + (limit.loads[table]?.[best] ?? 0) - (limit.loads[table]?.[now] ?? 0);
      }
    }
  }
  return assignment;
}
