/**
 * What stays of the charged wishes when one table is pinned, as an analysis with that pin has them. The pinned table pays
 * for none of its own; what others pay is a share of what they cost at least, which is more when options are gone.
 */

import type { Placement, StatementCost, TableName, TableOptions } from '../model/index.js';
import type { Open } from './assignment.js';
import type { ChargedWish, PlanProblem, Staying } from './problem.js';
import { stayTogether } from './stay-together.js';

/** `open`: by table in the order of names, the positions that the pin leaves. */
export function wishesUnderPin(
  problem: PlanProblem,
  names: readonly TableName[],
  open: Open,
  pinned: TableName,
): readonly ChargedWish[] {
  const { chargedWishes, staying } = problem;
  if (staying === undefined) return chargedWishes.filter(({ id }) => id !== pinned);
  const left = positionsLeft(problem.options, names, open);
  const others = new Set(tablesAround(problem.costs, staying, left));
  const around = problem.costs.filter(({ tables }) => tables.some((table) => others.has(table)));
  const anew = stayTogether(
    staying,
    narrowOptions(problem.options, left),
    around.map((cost) => narrowCost(cost, left)),
    [...others],
  );
  return [...chargedWishes.filter(({ id }) => !others.has(id)), ...anew.map((wish) => widen(wish, left))];
}

/** Of tables that have fewer options, the positions of those that they have. */
type Left = ReadonlyMap<TableName, readonly number[]>;

function positionsLeft(options: TableOptions, names: readonly TableName[], open: Open): Left {
  return new Map(
    names.flatMap((name, at) => {
      const positions = [...(open[at] as readonly number[])].sort((a, b) => a - b);
      return positions.length < (options.get(name)?.length ?? 0) ? [[name, positions] as const] : [];
    }),
  );
}

/** Tables that share a statement with one of these, or refer to it. */
function tablesAround(
  costs: readonly StatementCost[],
  { references }: Staying,
  left: Left,
): readonly TableName[] {
  const isLess = (tables: readonly TableName[]): boolean => tables.some((table) => left.has(table));
  const referring = [...references].filter(([, targets]) => isLess(targets)).map(([table]) => table);
  return [...left.keys(), ...referring, ...costs.flatMap(({ tables }) => (isLess(tables) ? tables : []))];
}

function narrowOptions(options: TableOptions, left: Left): TableOptions {
  return new Map(
    [...options].map(([table, list]) => [
      table,
      left.get(table)?.map((position) => list[position] as Placement) ?? list,
    ]),
  );
}

/** Without boxes that ask for an option that is gone. */
function narrowCost(cost: StatementCost, left: Left): StatementCost {
  if (!cost.tables.some((table) => left.has(table))) return cost;
  const boxes = cost.boxes.flatMap((box) => {
    const allowed = new Map(
      [...box.allowed].map(([table, positions]) => [
        table,
        left.get(table)?.flatMap((was, now) => (positions.includes(was) ? [now] : [])) ?? positions,
      ]),
    );
    return [...allowed.values()].every((positions) => positions.length > 0) ? [{ ...box, allowed }] : [];
  });
  return { ...cost, boxes };
}

/** In positions among all options. */
function widen(wish: ChargedWish, left: Left): ChargedWish {
  const alternatives = wish.alternatives.map(
    (allowed) =>
      new Map(
        [...allowed].map(([table, positions]) => {
          const places = left.get(table);
          return [table, places === undefined ? positions : positions.map((at) => places[at] as number)];
        }),
      ),
  );
  return { ...wish, alternatives };
}
