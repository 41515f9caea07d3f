/** What a search writes down while it goes on, and the evidence that this makes in the end. */

import type { Open } from './assignment.js';
import type { Dense } from './dense.js';
import type { Dual } from './dual.js';
import type { DualState, EvidenceNode } from './evidence.js';

export interface Record {
  /** In order. */
  readonly closings: { readonly open: Open; readonly dual?: DualState }[];
  dual?: DualState | undefined;
  split?: {
    readonly table: number;
    readonly positions: readonly number[];
    readonly branches: readonly [Record, Record];
  };
}

export function startRecord(): Record {
  return { closings: [] };
}

/** What a dual is about, without the flat puzzle that it came from. */
export function dualState(dense: Dense, { messages, prices }: Dual): DualState {
  const { tables, positions, memberStart, memberTable, memberOffset } = dense;
  return { dense: { tables, positions, memberStart, memberTable, memberOffset }, messages, prices };
}

/** Positions of the part's tables are those of the flat puzzle, all others as they were. */
export function openOf({ tables, positions }: Dense, whole: Open): Open {
  const open = [...whole];
  for (const [at, table] of tables.entries()) open[table] = positions[at] as readonly number[];
  return open;
}

export function evidenceOf({ closings, dual, split }: Record): EvidenceNode {
  let node: EvidenceNode = dual === undefined ? { kind: 'open' } : { kind: 'bounded', dual };
  if (split !== undefined) {
    const [first, second] = split.branches;
    node = { kind: 'split', ...split, branches: [evidenceOf(first), evidenceOf(second)] };
  }
  return closings.toReversed().reduce<EvidenceNode>((rest, one) => ({ kind: 'closing', ...one, rest }), node);
}
