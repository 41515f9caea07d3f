/**
 * What multipliers prove: weak duality, in exact arithmetic.
 *
 * A message moves cost from a term to a position of one of its tables; a toll is a price on a budget. A term costs at least
 * its cheapest box less the dearest messages that the box's positions may bring back; a table at least its cheapest position
 * with the charge, the tolls and all messages. No plan costs less than all of these together, whatever the messages are and
 * whatever the tolls are, as long as no toll is negative. docs/decisions/0004-certificate.md has the sum.
 */

import type { Open } from '../assignment.js';
import { least, roundUp } from './exact.js';
import { MULTIPLIER_BITS } from './model.js';
import { isOverAnyway, type ProofScope } from './scope.js';
import type { ProofTerm } from './terms.js';

export interface Multipliers {
  readonly scope: ProofScope;
  /** Messages are in units of 2^-bits. */
  readonly bits: number;
  /** By term; for each of the term's tables a whole number for each position. What is left out is 0. */
  readonly messages: ReadonlyMap<number, readonly (readonly number[])[]>;
  /** For each limit, in units of 2^-20. Not negative. */
  readonly tolls: readonly bigint[];
}

/** Multipliers worked out: what each position of each table costs at least with all that is counted there. */
interface Worth {
  readonly fixed: bigint;
  readonly ofTables: ReadonlyMap<number, readonly bigint[]>;
}

export function noMultipliers(scope: ProofScope): Multipliers {
  return { scope, bits: 0, messages: new Map(), tolls: [] };
}

/** No plan with these open positions costs less; undefined when there is no such plan within the limits. */
export function boundOf(multipliers: Multipliers, open: Open): bigint | undefined {
  const { scope } = multipliers;
  if (isOverAnyway(scope, open)) return undefined;
  const worth = worthOf(multipliers);
  let bound = worth.fixed;
  for (const [at, term] of scope.terms.entries()) bound += leastOf(reckon(multipliers, at, term, open));
  for (const table of scope.tables) bound += leastOpen(worth, table, open);
  return roundUp(bound, scope.unit);
}

/** No plan that has one of the positions costs less; all others may be as they are open. */
export function boundWith(
  multipliers: Multipliers,
  open: Open,
  positions: ReadonlyMap<number, readonly number[]>,
): bigint | undefined {
  const { scope } = multipliers;
  const worth = worthOf(multipliers);
  const rises = new Map(
    [...positions].map(([table, list]) => {
      const all = worth.ofTables.get(table) as readonly bigint[];
      const cheapest = leastOpen(worth, table, open);
      return [table, list.map((position) => (all[position] as bigint) - cheapest)] as const;
    }),
  );
  let bound = worth.fixed;
  for (const [at, term] of scope.terms.entries()) {
    const reckoned = reckon(multipliers, at, term, open);
    const cheapest = leastOf(reckoned);
    bound += cheapest;
    for (const [member, table] of term.tables.entries()) {
      const list = rises.get(table);
      for (const [rank, position] of (positions.get(table) ?? []).entries()) {
        const rise = leastAt(multipliers, reckoned, at, member, position) - cheapest;
        if (list !== undefined) list[rank] = (list[rank] as bigint) + rise;
      }
    }
  }
  for (const table of scope.tables) bound += leastOpen(worth, table, open);
  const smallest = [...rises.values()].flat();
  return smallest.length === 0 ? undefined : roundUp(bound + least(smallest), scope.unit);
}

function worthOf({ scope, bits, messages, tolls }: Multipliers): Worth {
  const { model, limits } = scope;
  const ofTables = new Map(scope.tables.map((table) => [table, [...(scope.linear[table] ?? [])]]));
  const raise = BigInt(model.bits - bits);
  for (const [at, lists] of messages) {
    const { tables } = scope.terms[at] as ProofTerm;
    for (const [member, table] of tables.entries()) {
      const worth = ofTables.get(table) as bigint[];
      for (const [position, message] of (lists[member] ?? []).entries()) {
        if (message !== 0) worth[position] = (worth[position] as bigint) + (BigInt(message) << raise);
      }
    }
  }
  let fixed = scope.constant;
  for (const [at, limit] of limits.entries()) {
    const toll = tolls[at] ?? 0n;
    if (toll === 0n) continue;
    const shift = BigInt(model.bits - MULTIPLIER_BITS - limit.loadBits);
    fixed -= (toll * limit.limit) << shift;
    for (const table of scope.tables) {
      const worth = ofTables.get(table) as bigint[];
      for (const [position, load] of (limit.loads[table] ?? []).entries()) {
        worth[position] = (worth[position] as bigint) + ((toll * load) << shift);
      }
    }
  }
  return { fixed, ofTables };
}

function leastOpen({ ofTables }: Worth, table: number, open: Open): bigint {
  const list = ofTables.get(table) as readonly bigint[];
  return least((open[table] as readonly number[]).map((position) => list[position] as bigint));
}

// ── one term ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A box that can be met, or the last: no box met. */
interface Reckoned {
  /** What the term costs with the box, the most that messages bring back taken off. */
  readonly cost: bigint;
  /** For each table the most that its messages bring back. */
  readonly brought: readonly bigint[];
  /** For each table the positions that the box allows; undefined allows all. */
  readonly allowed: readonly (readonly number[] | undefined)[];
}

function reckon({ scope, bits, messages }: Multipliers, at: number, term: ProofTerm, open: Open): Reckoned[] {
  const lists = messages.get(at) ?? [];
  const raise = BigInt(scope.model.bits - bits);
  const reckoned: Reckoned[] = [];
  const tops = term.tables.map((table, member) => topOf(lists[member], open[table] as readonly number[]));
  const add = (gain: bigint, allowed: Reckoned['allowed']): void => {
    const brought: bigint[] = [];
    for (const [member, table] of term.tables.entries()) {
      const positions = allowed[member];
      const top =
        positions === undefined
          ? tops[member]
          : topOf(
              lists[member],
              positions.filter((position) => (open[table] as readonly number[]).includes(position)),
            );
      if (top === undefined) return;
      brought.push(BigInt(top) << raise);
    }
    reckoned.push({ cost: brought.reduce((cost, top) => cost - top, term.base - gain), brought, allowed });
  };
  for (const { gain, allowed } of term.boxes) {
    add(
      gain,
      term.tables.map((table) => allowed.find(([of]) => of === table)?.[1]),
    );
  }
  add(
    0n,
    term.tables.map(() => undefined),
  );
  return reckoned;
}

/** Undefined when there is no position. */
function topOf(messages: readonly number[] | undefined, positions: readonly number[]): number | undefined {
  let top: number | undefined;
  for (const position of positions) {
    const message = messages?.[position] ?? 0;
    if (top === undefined || message > top) top = message;
  }
  return top;
}

function leastOf(reckoned: readonly Reckoned[]): bigint {
  return least(reckoned.map(({ cost }) => cost));
}

/** The least that the term costs when one of its tables has a certain position. */
function leastAt(
  { scope, bits, messages }: Multipliers,
  reckoned: readonly Reckoned[],
  at: number,
  member: number,
  position: number,
): bigint {
  const message = BigInt(messages.get(at)?.[member]?.[position] ?? 0) << BigInt(scope.model.bits - bits);
  const costs: bigint[] = [];
  for (const { cost, brought, allowed } of reckoned) {
    if (allowed[member]?.includes(position) === false) continue;
    costs.push(cost + (brought[member] as bigint) - message);
  }
  return least(costs);
}

/** Of two branches, what both prove. */
export function lower(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return least([left, right]);
}
