/**
 * What multipliers prove: weak duality, in exact arithmetic.
 *
 * A message moves cost from a term to a position of one of its tables; a toll is a price on a budget. Terms of the same tables
 * cost together at least the cheapest combination of positions less the messages that these bring back; a table at least its
 * cheapest position with the charge, the tolls and all messages. No plan costs less than all of these together, whatever the
 * messages are and whatever the tolls are, as long as no toll is negative. docs/decisions/0004-certificate.md has the sum.
 */

import type { Open } from '../assignment.js';
import { least, roundUp, sum } from './exact.js';
import { type Joint, type Messages, reckon } from './joint.js';
import { MULTIPLIER_BITS } from './model.js';
import { isOverAnyway, lightest, loadOf, type ProofScope } from './scope.js';

export interface Multipliers {
  readonly scope: ProofScope;
  /** Messages are in units of 2^-bits. */
  readonly bits: number;
  /** By joint. What is left out is 0. */
  readonly messages: ReadonlyMap<number, Messages>;
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
  const { scope, bits, messages } = multipliers;
  if (isOverAnyway(scope, open)) return undefined;
  const raise = BigInt(scope.model.bits - bits);
  const worth = worthOf(multipliers);
  let bound = worth.fixed;
  for (const [at, joint] of scope.joints.entries())
    bound += reckon(joint, messages.get(at), open, raise).least;
  for (const table of scope.tables) bound += leastOpen(worth, table, open);
  return roundUp(bound, scope.unit);
}

/**
 * No plan that has one of the positions costs less; all others may be as they are open. Undefined when there is no such plan
 * within the limits.
 */
export function boundWith(
  multipliers: Multipliers,
  open: Open,
  positions: ReadonlyMap<number, readonly number[]>,
): bigint | undefined {
  const { scope, bits, messages } = multipliers;
  const raise = BigInt(scope.model.bits - bits);
  const worth = worthOf(multipliers);
  const rises = new Map(
    [...positions].map(([table, list]) => {
      const cheapest = leastOpen(worth, table, open);
      const all = worth.ofTables.get(table) as readonly bigint[];
      return [table, list.map((position) => (all[position] as bigint) - cheapest)] as const;
    }),
  );
  let bound = worth.fixed;
  for (const [at, joint] of scope.joints.entries()) {
    const reckoned = reckon(joint, messages.get(at), open, raise);
    bound += reckoned.least;
    for (const [member, table] of joint.tables.entries()) {
      const list = rises.get(table);
      if (list === undefined) continue;
      for (const [rank, position] of (positions.get(table) as readonly number[]).entries()) {
        list[rank] = (list[rank] as bigint) + reckoned.with(member, position) - reckoned.least;
      }
    }
  }
  for (const table of scope.tables) bound += leastOpen(worth, table, open);
  const possible = possibleRises(scope, open, positions, rises);
  return possible.length === 0 ? undefined : roundUp(bound + least(possible), scope.unit);
}

/** Without positions that weigh too much beside the lightest of all other tables: no plan has them. */
function possibleRises(
  { tables, limits }: ProofScope,
  open: Open,
  positions: ReadonlyMap<number, readonly number[]>,
  rises: ReadonlyMap<number, readonly bigint[]>,
): readonly bigint[] {
  const rooms = limits.map((limit) => ({
    limit,
    room: limit.limit - sum(tables.map((table) => lightest(limit, table, open))),
  }));
  return [...positions].flatMap(([table, list]) =>
    list.flatMap((position, rank) => {
      const fits = rooms.every(
        ({ limit, room }) => loadOf(limit, table, position) - lightest(limit, table, open) <= room,
      );
      return fits ? [rises.get(table)?.[rank] as bigint] : [];
    }),
  );
}

function worthOf({ scope, bits, messages, tolls }: Multipliers): Worth {
  const { model, limits } = scope;
  const ofTables = new Map(scope.tables.map((table) => [table, [...(scope.linear[table] ?? [])]]));
  const raise = BigInt(model.bits - bits);
  for (const [at, lists] of messages) {
    const { tables } = scope.joints[at] as Joint;
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

/** A bound of plans of which all cost at least the floor; undefined stays: there are none. */
export function atLeast(bound: bigint | undefined, floor: bigint | undefined): bigint | undefined {
  return bound === undefined || floor === undefined || bound > floor ? bound : floor;
}

/** Of two branches, what both prove. */
export function lower(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return least([left, right]);
}
