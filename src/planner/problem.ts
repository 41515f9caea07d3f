/**
 * What is to be planned, in the words of tables and statements, and its translation into a puzzle over numbers.
 * Everything is sorted by name first, so the order of tables and statements in the input changes nothing.
 */

import {
  type Box,
  byCodeUnit,
  type StatementCost,
  type TableName,
  type TableOptions,
} from '../model/index.js';
import type { Level, LinearLimit, Open, Term, TermBox } from './assignment.js';

/** A wish of the plan that costs 1 when no alternative is met, by positions of options. */
export interface Wish {
  readonly id: string;
  readonly alternatives: readonly ReadonlyMap<TableName, readonly number[]>[];
}

/** A wish that is worth something: a plan that does not meet it pays the charge. */
export interface ChargedWish extends Wish {
  readonly charge: number;
}

/** What charges for tables apart from their kin are made of: they are other ones when a pin leaves fewer options. */
export interface Staying {
  /** By table, those that it refers to, in order. */
  readonly references: ReadonlyMap<TableName, readonly TableName[]>;
  /** Of the least that the table's statements cost with it sharded. */
  readonly share: number;
  /** Charges are multiples of this. */
  readonly grid: number;
}

/** What decides between plans that are equal so far: fewer is better. */
export interface TieBreak {
  readonly name: string;
  /** By table and position. */
  readonly charges: ReadonlyMap<TableName, readonly number[]>;
  readonly wishes: readonly Wish[];
}

/** What a group of options may weigh together: time on the unsharded database, bytes of global tables. */
export interface Budget {
  readonly name: string;
  readonly limit: number;
  /** By table and position. */
  readonly loads: ReadonlyMap<TableName, readonly number[]>;
  readonly unit: 'share' | 'bytes' | 'columns';
  /** What the whole workload weighs, for a limit that is a share of it. */
  readonly whole?: number;
}

export interface PlanProblem {
  readonly options: TableOptions;
  readonly costs: readonly StatementCost[];
  /** What an option has to save before it is worth choosing, in the unit of the cost, by position. */
  readonly charges: ReadonlyMap<TableName, readonly number[]>;
  /** What combinations of options have to save; counted with the charges. */
  readonly chargedWishes: readonly ChargedWish[];
  /** Absent: the charged wishes stay as they are, whatever is pinned. */
  readonly staying?: Staying;
  readonly budgets: readonly Budget[];
  /** Most important first. */
  readonly tieBreaks: readonly TieBreak[];
  /** The last word between equals: positions of each table's options, most liked first. */
  readonly liking: ReadonlyMap<TableName, readonly number[]>;
  readonly solveSeconds: number;
  /** Parts of the puzzle with at most this many plans are tried through instead of handed to the solver. Default 4096. */
  readonly enumerateUpTo?: number;
}

export interface Puzzle {
  readonly names: readonly TableName[];
  /** Most liked first. */
  readonly open: Open;
  /** The cost, the cost when parameters are assumed to be equal, then the tie-breaks. */
  readonly levels: readonly [Level, ...Level[]];
  /** The terms of the first level: what statements cost, and wishes that are charged. */
  readonly statements: readonly Term[];
  readonly wishes: readonly Term[];
  readonly limits: readonly (LinearLimit & { readonly name: string })[];
  /** Key domain of each position. */
  readonly groups: readonly (readonly (string | undefined)[])[];
}

export function puzzleOf(problem: PlanProblem): Puzzle {
  const names = [...problem.options.keys()].sort();
  const index = new Map(names.map((name, at) => [name, at]));
  const costs = [...problem.costs].sort(byId);
  const inOrder = (of: ReadonlyMap<TableName, readonly number[]>): readonly (readonly number[])[] =>
    names.map((name) => of.get(name) ?? []);
  const boxOf = termBoxes(index);
  const statements = costs.map((cost) => costTerm(cost, boxOf, (box) => box.cost));
  const wishes = [...problem.chargedWishes].sort(byId).map((wish) => wishTerm(wish, index, wish.charge));
  return {
    names,
    statements,
    wishes,
    open: names.map((name) => problem.liking.get(name) ?? positionsOf(problem.options, name)),
    levels: [
      {
        terms: [...statements, ...wishes],
        linear: inOrder(problem.charges),
      },
      {
        terms: costs.map((cost) => costTerm(cost, boxOf, (box) => box.assumedCost)),
        linear: names.map(() => []),
      },
      ...problem.tieBreaks.map((tieBreak) => ({
        terms: [...tieBreak.wishes].sort(byId).map((wish) => wishTerm(wish, index, 1)),
        linear: inOrder(tieBreak.charges),
      })),
    ],
    limits: problem.budgets.map(({ name, limit, loads }) => ({ name, limit, loads: inOrder(loads) })),
    groups: names.map((name) =>
      (problem.options.get(name) ?? []).map((option) =>
        option.placement === 'sharded' ? option.group : undefined,
      ),
    ),
  };
}

function byId(left: { readonly id: string }, right: { readonly id: string }): number {
  return byCodeUnit(left.id, right.id);
}

function positionsOf(options: TableOptions, name: TableName): readonly number[] {
  return (options.get(name) ?? []).map((_, position) => position);
}

/** Statements share boxes, and so do their terms, at all levels: there are many more mentions than boxes. */
function termBoxes(index: ReadonlyMap<TableName, number>): (box: Box, cost: number) => TermBox | undefined {
  const known = new Map<
    Box['allowed'],
    { readonly allowed: Allowed; readonly byCost: Map<number, TermBox> }
  >();
  return ({ allowed }, cost) => {
    const found = known.get(allowed) ?? { allowed: byIndex(allowed, index), byCost: new Map() };
    known.set(allowed, found);
    if (found.allowed === undefined) return undefined;
    const box = found.byCost.get(cost) ?? { cost, allowed: found.allowed };
    found.byCost.set(cost, box);
    return box;
  };
}

type Allowed = TermBox['allowed'] | undefined;

function costTerm(
  { weight, otherwise, boxes }: StatementCost,
  boxOf: (box: Box, cost: number) => TermBox | undefined,
  price: (box: Box) => number,
): Term {
  return {
    weight,
    otherwise,
    // Sorted last and into a list of its own: one that is put together keeps room for more.
    boxes: boxes
      .flatMap((box) => boxOf(box, price(box)) ?? [])
      .filter((box) => box.cost < otherwise)
      .toSorted((a, b) => a.cost - b.cost),
  };
}

export function wishTerm(wish: Wish, index: ReadonlyMap<TableName, number>, weight: number): Term {
  const boxes = wish.alternatives.flatMap((alternative) => {
    const allowed = byIndex(alternative, index);
    return allowed === undefined ? [] : [{ cost: 0, allowed }];
  });
  return { weight, otherwise: 1, boxes };
}

/** Undefined when a table has no options at all: the box can never be met. */
function byIndex(
  allowed: ReadonlyMap<TableName, readonly number[]>,
  index: ReadonlyMap<TableName, number>,
): ReadonlyMap<number, readonly number[]> | undefined {
  const entries: [number, readonly number[]][] = [];
  for (const [name, positions] of allowed) {
    const table = index.get(name);
    if (table === undefined) return undefined;
    entries.push([table, positions]);
  }
  return new Map(entries.sort(([a], [b]) => a - b));
}
