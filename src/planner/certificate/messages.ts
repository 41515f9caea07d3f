/**
 * Messages that somebody found in doubles, as whole numbers: any rounding stays a proof, so it is chosen to cost less than
 * anybody will see, and to keep the file small. A constant on all that a joint sends a table changes nothing.
 */

import type { Open } from '../assignment.js';
import type { DualState } from '../evidence.js';
import type { Multipliers } from './bound.js';
import { toNumber } from './exact.js';
import type { Joint } from './joint.js';
import { MULTIPLIER_BITS } from './model.js';
import type { ProofScope } from './scope.js';

/** For each table of a joint, by position. */
export type Draft = readonly ReadonlyMap<number, number>[];

/** Roundings all together may cost this share of the part. */
const ROUNDING = 2 ** -33;

/** Tolls are in costs for a load that is the limit's whole. */
export function multipliersOf(
  scope: ProofScope,
  open: Open,
  drafts: ReadonlyMap<number, Draft>,
  tolls: readonly number[],
): Multipliers {
  const bits = bitsFor(scope, drafts.size);
  const messages = new Map<number, readonly (readonly number[])[]>();
  for (const [at, draft] of [...drafts].sort(([a], [b]) => a - b)) {
    const { tables } = scope.joints[at] as Joint;
    const lists = tables.map((table, member) =>
      wholeNumbers(draft[member] as ReadonlyMap<number, number>, open[table] as readonly number[], bits),
    );
    if (lists.some((list) => list.length > 0)) messages.set(at, lists);
  }
  return { scope, bits, messages, tolls: tolls.map((toll) => whole(Math.max(0, toll), MULTIPLIER_BITS)) };
}

/** So many that the roundings cost nothing beside the part's unit, or beside the whole. */
function bitsFor({ model, joints, unit }: ProofScope, count: number): number {
  const all = joints
    .flatMap(({ terms }) => terms)
    .reduce((sum, { base }) => sum + toNumber(base, model.bits), 0);
  const bearable = Math.max(toNumber(unit, model.bits) / 16, all * ROUNDING) / Math.max(1, count);
  const bits = bearable > 0 ? Math.ceil(-Math.log2(bearable)) : MULTIPLIER_BITS;
  return Math.max(0, Math.min(MULTIPLIER_BITS, bits));
}

function whole(value: number, bits: number): bigint {
  return BigInt(Math.round(value * 2 ** bits));
}

/** By position, up to the last that is not 0; what most positions have counts as 0. */
function wholeNumbers(
  draft: ReadonlyMap<number, number>,
  open: readonly number[],
  bits: number,
): readonly number[] {
  const rounded = open.map((position) => Math.round((draft.get(position) ?? 0) * 2 ** bits));
  const counts = new Map<number, number>();
  for (const value of rounded) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [usual] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most));
  const list: number[] = [];
  for (const [rank, position] of open.entries()) {
    const value = (rounded[rank] as number) - usual;
    if (value === 0 || !Number.isSafeInteger(value)) continue;
    while (list.length < position) list.push(0);
    list[position] = value;
  }
  return list;
}

// ── from the solve ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The dual's messages, for what depends on the same tables. Assumes that the scope is narrowed to the open positions. */
export function multipliersFrom(scope: ProofScope, open: Open, state: DualState): Multipliers {
  const { dense, prices } = state;
  const find = finderOf(scope);
  const drafts = new Map<number, Map<number, number>[]>();
  for (let term = 0; term + 1 < dense.memberStart.length; term += 1) {
    const sent = messagesOf(state, term);
    const found = find([...sent.keys()]);
    for (const at of found) {
      const { tables } = scope.joints[at] as Joint;
      const draft = drafts.get(at) ?? tables.map(() => new Map<number, number>());
      for (const [member, table] of tables.entries()) {
        const list = draft[member] as Map<number, number>;
        for (const [position, message] of sent.get(table) ?? [])
          list.set(position, (list.get(position) ?? 0) + message / found.length);
      }
      drafts.set(at, draft);
    }
  }
  const tolls = scope.limits.map(({ whole: load }, at) => (prices[at] ?? 0) * load);
  return multipliersOf(scope, open, drafts, tolls);
}

/** Joints of exactly these tables, else the smallest that has them all. */
function finderOf({ joints }: ProofScope): (tables: readonly number[]) => readonly number[] {
  const exact = new Map<string, number[]>();
  const touching = new Map<number, number[]>();
  for (const [at, { tables }] of joints.entries()) {
    const key = tables.join();
    exact.set(key, [...(exact.get(key) ?? []), at]);
    for (const table of tables) {
      const known = touching.get(table);
      if (known === undefined) touching.set(table, [at]);
      else known.push(at);
    }
  }
  const sizeOf = (at: number): number => (joints[at] as Joint).tables.length;
  return (tables) => {
    const found = exact.get([...tables].sort((a, b) => a - b).join());
    if (found !== undefined) return found;
    const wider = (touching.get(tables[0] ?? -1) ?? []).filter((at) =>
      tables.every((table) => (joints[at] as Joint).tables.includes(table)),
    );
    return wider.length === 0 ? [] : [wider.reduce((best, at) => (sizeOf(at) < sizeOf(best) ? at : best))];
  };
}

/** By table and position. */
function messagesOf({ dense, messages }: DualState, term: number) {
  const sent = new Map<number, ReadonlyMap<number, number>>();
  for (let at = dense.memberStart[term] as number; at < (dense.memberStart[term + 1] as number); at += 1) {
    const local = dense.memberTable[at] as number;
    const offset = dense.memberOffset[at] as number;
    const positions = dense.positions[local] as readonly number[];
    sent.set(
      dense.tables[local] as number,
      new Map(positions.map((position, rank) => [position, messages[offset + rank] as number])),
    );
  }
  return sent;
}
