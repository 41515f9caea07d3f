/**
 * What the plan would be with one table placed otherwise and everything else planned anew around it, as a pin does.
 *
 * Exact where few tables are bound to each other at a time; by size alone, never by a clock, larger puzzles are left, and
 * what is said of their candidates then keeps everything else as planned.
 */

import type { Placement, ShardedPlacement, TableName } from '../model/index.js';
import { sourceOfAddedKey } from './add-key.js';
import type { Level, Open, Term } from './assignment.js';
import {
  type EliminationOrder,
  eliminationOrder,
  factorsOf,
  narrowTableau,
  type Tableau,
  tableauOf,
} from './eliminate.js';
import { type KeptLimits, keepLimits } from './limits.js';
import { wishesUnderPin } from './pinned-wishes.js';
import { type PlanProblem, type Puzzle, puzzleOf, wishTerm } from './problem.js';
import { reduceLevel } from './reduce.js';
import { cheapestWithin } from './within-limits.js';

/** Positions of all tables with one table at a position of its own choice; undefined when that was not computed. */
export type PlanWith = (table: TableName, position: number) => ReadonlyMap<TableName, number> | undefined;

/** Combinations of one elimination for each candidate together. */
const MOST_WORK = 2 ** 22;
/** One table let into a placement that was closed may bind more of the others together. */
const ROOM_TO_GROW = 2;
/** Combinations looked at for one candidate until a plan keeps the budgets. */
const MOST_SEARCH = 2 ** 20;

const notComputed: PlanWith = () => undefined;

export function flipsOf(problem: PlanProblem): PlanWith {
  const puzzle = puzzleOf(problem);
  const kept = keepLimits(puzzle.open, puzzle.limits).open;
  const candidates = puzzle.open.reduce((count, positions) => count + positions.length, 0);
  const mostWork = MOST_WORK / candidates;
  const reduced = reduceLevel(puzzle.levels[0], kept);
  if (eliminationOrder(reduced, kept, mostWork) === undefined) return notComputed;
  const statements = reduceLevel({ ...puzzle.levels[0], terms: puzzle.statements }, puzzle.open);
  const index = new Map(puzzle.names.map((name, at) => [name, at]));
  // Only of the table asked about last: people ask table by table, and all of them would fill the memory.
  let last: { readonly table: number; readonly ways: SpelledOut | undefined } | undefined;
  return (name, position) => {
    const table = index.get(name);
    if (table === undefined) return undefined;
    if (last?.table !== table) {
      last = { table, ways: spellOut(problem, puzzle, statements, table, ROOM_TO_GROW * mostWork) };
    }
    const { ways } = last;
    const mine = ways?.kept.get(position);
    if (ways === undefined || mine === undefined) return undefined;
    const mostNodes = Math.floor(MOST_SEARCH / ways.order.work);
    const narrowed = narrowTableau(ways.tableau, mine.open);
    const tableau = { ...narrowed, factors: [...narrowed.factors, ...factorsOf(mine.wishes, mine.open)] };
    const level = { ...ways.level, terms: [...ways.level.terms, ...mine.wishes] };
    const assignment = cheapestWithin(level, tableau, mine.limits, ways.order, mostNodes);
    return assignment && new Map(puzzle.names.map((one, at) => [one, assignment[at] as number]));
  };
}

/** The puzzle for all positions of one table, so that each of them only has to be narrowed down to. */
interface SpelledOut {
  /** By position. */
  readonly kept: ReadonlyMap<number, KeptLimits & { readonly wishes: readonly Term[] }>;
  /** Without wishes, which are others at each position. */
  readonly level: Level;
  readonly order: EliminationOrder;
  readonly tableau: Tableau;
}

function spellOut(
  problem: PlanProblem,
  puzzle: Puzzle,
  statements: Level,
  table: number,
  mostWork: number,
): SpelledOut | undefined {
  const index = new Map(puzzle.names.map((name, at) => [name, at]));
  const kept = new Map(
    (puzzle.open[table] as readonly number[]).map((position) => {
      const open = openWith(problem, puzzle, table, position);
      const wishes = wishesUnderPin(problem, puzzle.names, open, puzzle.names[table] as TableName);
      const terms = wishes.map((wish) => wishTerm(wish, index, wish.charge));
      return [position, { ...keepLimits(open, puzzle.limits), wishes: terms }];
    }),
  );
  const open = puzzle.open.map((positions, at) =>
    positions.filter((one) => [...kept.values()].some((way) => way.open[at]?.includes(one))),
  );
  const level = reduceLevel(statements, open);
  const wishes = [...kept.values()].flatMap((way) => way.wishes);
  const order = eliminationOrder({ ...level, terms: [...level.terms, ...wishes] }, open, mostWork);
  return order && { kept, level, order, tableau: tableauOf(level, open) };
}

function openWith(problem: PlanProblem, puzzle: Puzzle, table: number, position: number): Open {
  return puzzle.open.map((positions, at) =>
    at === table ? [position] : reachable(problem, puzzle, at, positions, table, position),
  );
}

/** A key can only be added from a table that has it as its own key. */
function reachable(
  { options }: PlanProblem,
  { names }: Puzzle,
  at: number,
  positions: Open[number],
  table: number,
  position: number,
): Open[number] {
  const target = names[table] as TableName;
  const placement = options.get(target)?.[position];
  const list = options.get(names[at] as TableName) ?? [];
  return positions.filter((one) => {
    const option = list[one];
    if (option === undefined || !isAddedFrom(option, target)) return true;
    return isOwnKey(placement) && sourceOfAddedKey(option) === placement.key;
  });
}

function isAddedFrom(option: Placement, target: TableName): option is ShardedPlacement {
  if (option.placement !== 'sharded') return false;
  const last = option.addKey?.path.at(-1)?.split(' -> ')[1];
  return last !== undefined && last.slice(0, last.lastIndexOf('.')) === target;
}

function isOwnKey(placement: Placement | undefined): placement is ShardedPlacement {
  return placement?.placement === 'sharded' && placement.addKey === undefined;
}
