/**
 * The cheapest assignment of one level that keeps all limits: eliminated without them first; where that breaks one, the
 * heaviest table on it either stays there or leaves, best bound first (Land and Doig, 1960).
 */

import {
  type Assignment,
  isWithin,
  type Level,
  type LinearLimit,
  levelCost,
  linearCost,
  type Open,
} from './assignment.js';
import { type EliminationOrder, eliminate, narrowTableau, type Tableau } from './eliminate.js';

interface Node {
  readonly open: Open;
  readonly fixed: ReadonlySet<number>;
  readonly assignment: Assignment;
  readonly bound: number;
}

/** Undefined when nothing keeps the limits, or when more than `mostNodes` would have to be looked at. */
export function cheapestWithin(
  level: Level,
  tableau: Tableau,
  limits: readonly LinearLimit[],
  order: EliminationOrder,
  mostNodes: number,
): Assignment | undefined {
  const nodeOf = (open: Open, fixed: ReadonlySet<number>): Node => {
    const assignment = eliminate(narrowTableau(tableau, open), order);
    return { open, fixed, assignment, bound: levelCost(level, assignment) };
  };
  const nodes = [nodeOf(tableau.open, new Set())];
  for (let looked = 0; looked < mostNodes; looked += 1) {
    const node = takeCheapest(nodes);
    if (node === undefined) return undefined;
    if (isWithin(limits, node.assignment)) return node.assignment;
    const heaviest = heaviestMovable(node, limits);
    if (heaviest === undefined) continue;
    const position = node.assignment[heaviest] as number;
    const without = node.open.map((positions, table) =>
      table === heaviest ? positions.filter((one) => one !== position) : positions,
    );
    if ((without[heaviest] as readonly number[]).length > 0) nodes.push(nodeOf(without, node.fixed));
    const fixed = new Set([...node.fixed, heaviest]);
    const kept = roomLeft(
      node.open.map((positions, table) => (table === heaviest ? [position] : positions)),
      fixed,
      limits,
    );
    if (kept.every((positions) => positions.length > 0)) nodes.push(nodeOf(kept, fixed));
  }
  return undefined;
}

function takeCheapest(nodes: Node[]): Node | undefined {
  let cheapest = 0;
  for (const [at, node] of nodes.entries()) if (node.bound < (nodes[cheapest] as Node).bound) cheapest = at;
  return nodes.splice(cheapest, 1)[0];
}

/** The table that takes most of a limit that is broken, and is not decided yet. */
function heaviestMovable({ assignment, fixed }: Node, limits: readonly LinearLimit[]): number | undefined {
  const broken = limits.find((limit) => !isWithin([limit], assignment));
  if (broken === undefined) return undefined;
  const loadOf = (table: number): number => broken.loads[table]?.[assignment[table] as number] ?? 0;
  const movable = assignment.flatMap((_, table) => (fixed.has(table) || loadOf(table) === 0 ? [] : [table]));
  return movable.reduce<number | undefined>(
    (most, table) => (most === undefined || loadOf(table) > loadOf(most) ? table : most),
    undefined,
  );
}

/** What no longer fits beside the tables that stay is closed. */
function roomLeft(open: Open, fixed: ReadonlySet<number>, limits: readonly LinearLimit[]): Open {
  const base = open.map((positions) => positions[0] as number);
  const rooms = limits.map(({ loads, limit }) => ({
    loads,
    room:
      limit -
      linearCost(
        loads.map((load, table) => (fixed.has(table) ? load : [])),
        base,
      ),
    tolerance: 1e-9 * Math.max(1, limit),
  }));
  return open.map((positions, table) =>
    fixed.has(table)
      ? positions
      : positions.filter((position) =>
          rooms.every(({ loads, room, tolerance }) => {
            const load = loads[table]?.[position] ?? 0;
            return load === 0 || load <= room + tolerance;
          }),
        ),
  );
}
