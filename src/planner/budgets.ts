/**
 * What the plan takes of each budget, and which tables it kept out: those that one move into it would make cheaper, the
 * rest as planned, were it not for the limit.
 */

import { type BudgetUse, byCodeUnit, type TableName } from '../model/index.js';
import { type Assignment, indexTerms, isLess, linearCost, type Term, termCost } from './assignment.js';
import type { Budget, Puzzle } from './problem.js';

export function budgetUses(
  budgets: readonly Budget[],
  puzzle: Puzzle,
  assignment: Assignment,
): readonly BudgetUse[] {
  const savings = savingsOf(puzzle, assignment);
  return budgets.map(({ name, unit, limit, whole }, at) => {
    const loads = puzzle.limits[at]?.loads ?? [];
    const used = linearCost(loads, assignment);
    const loadOf = (table: number, position: number): number => loads[table]?.[position] ?? 0;
    const chosen = puzzle.names.map((table, index) => ({
      table,
      load: loadOf(index, assignment[index] as number),
    }));
    const isKeptOut = (move: Move): boolean => {
      const more = loadOf(move.table, move.position) - (chosen[move.table]?.load ?? 0);
      return more > 0 && isLess(limit, used + more);
    };
    const perUnit = whole === undefined || whole === 0 ? 1 : whole;
    return {
      name,
      unit,
      limit: limit / perUnit,
      used: used / perUnit,
      exceeded: isLess(limit, used),
      holders: chosen
        .filter(({ load }) => load > 0)
        .sort((a, b) => b.load - a.load || byCodeUnit(a.table, b.table))
        .map(({ table }) => table),
      keptOut: mostOfEach(puzzle, savings.filter(isKeptOut)),
    };
  });
}

/** One table to another option: what the cost of statements would lose. */
interface Move {
  readonly table: number;
  readonly position: number;
  readonly saves: number;
}

/** Moves that make the plan cheaper even with their charges. */
function savingsOf(puzzle: Puzzle, assignment: Assignment): readonly Move[] {
  const [costs] = puzzle.levels;
  const priced = indexTerms(costs.terms);
  const statements = indexTerms(puzzle.statements);
  const price = (index: ReadonlyMap<number, readonly Term[]>, table: number, plan: Assignment): number =>
    (index.get(table) ?? []).reduce((sum, term) => sum + termCost(term, plan), 0);
  const chargeOf = (table: number, plan: Assignment): number =>
    costs.linear[table]?.[plan[table] as number] ?? 0;
  return puzzle.open.flatMap((positions, table) => {
    const now = price(priced, table, assignment) + chargeOf(table, assignment);
    return positions.flatMap((position): readonly Move[] => {
      const moved = assignment.with(table, position);
      if (!isLess(price(priced, table, moved) + chargeOf(table, moved), now)) return [];
      const saves = price(statements, table, assignment) - price(statements, table, moved);
      return [{ table, position, saves }];
    });
  });
}

function mostOfEach(puzzle: Puzzle, moves: readonly Move[]): BudgetUse['keptOut'] {
  const most = new Map<TableName, number>();
  for (const { table, saves } of moves) {
    const name = puzzle.names[table] as TableName;
    most.set(name, Math.max(saves, most.get(name) ?? 0));
  }
  return [...most]
    .map(([table, saves]) => ({ table, saves }))
    .sort((a, b) => b.saves - a.saves || byCodeUnit(a.table, b.table));
}
