/**
 * Budgets as limits that can be kept: what cannot be placed otherwise is let in even when it breaks a budget, and an
 * option that alone breaks one is no option.
 */

import type { Assignment, LinearLimit, Open } from './assignment.js';
import { isLess } from './assignment.js';

export interface KeptLimits {
  readonly open: Open;
  readonly limits: readonly LinearLimit[];
  /** Budgets that had to be widened, in order. */
  readonly widened: readonly string[];
  /** Keeps all limits. */
  readonly safe: Assignment;
}

export function keepLimits(
  open: Open,
  limits: readonly (LinearLimit & { readonly name: string })[],
): KeptLimits {
  const forced = open.flatMap((positions, table) =>
    positions.some((position) => isFree(limits, table, position))
      ? []
      : [{ table, position: leastHarm(limits, table, positions) }],
  );
  const widest = limits.map((limit) => {
    const load = forced.reduce((sum, { table, position }) => sum + loadOf(limit, table, position), 0);
    return { ...limit, limit: Math.max(limit.limit, load) };
  });
  const forcedPosition = new Map(forced.map(({ table, position }) => [table, position]));
  return {
    safe: open.map(
      (positions, table) =>
        forcedPosition.get(table) ??
        (positions.find((position) => isFree(limits, table, position)) as number),
    ),
    open: open.map((positions, table) => positions.filter((position) => fits(widest, table, position))),
    limits: widest,
    widened: limits
      .filter((limit, at) => isLess(limit.limit, (widest[at] as LinearLimit).limit))
      .map((limit) => limit.name),
  };
}

function loadOf(limit: LinearLimit, table: number, position: number): number {
  return limit.loads[table]?.[position] ?? 0;
}

function isFree(limits: readonly LinearLimit[], table: number, position: number): boolean {
  return limits.every((limit) => loadOf(limit, table, position) === 0);
}

function fits(limits: readonly LinearLimit[], table: number, position: number): boolean {
  return limits.every((limit) => !isLess(limit.limit, loadOf(limit, table, position)));
}

/** The position that fills the budgets least. */
function leastHarm(limits: readonly LinearLimit[], table: number, positions: readonly number[]): number {
  const harm = (position: number): number =>
    limits.reduce((most, limit) => {
      const load = loadOf(limit, table, position);
      return Math.max(most, load === 0 ? 0 : load / Math.max(limit.limit, Number.MIN_VALUE));
    }, 0);
  return positions.reduce(
    (best, position) => (harm(position) < harm(best) ? position : best),
    positions[0] as number,
  );
}
