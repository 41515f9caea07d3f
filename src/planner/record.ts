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
  let node: EvidenceNode = dual === undefined ? { kind: 'open' } : { kind: 'bounded', dual: inLists(dual) };
  if (split !== undefined) {
    const [first, second] = split.branches;
    node = { kind: 'split', ...split, branches: [evidenceOf(first), evidenceOf(second)] };
  }
  return closings.toReversed().reduce<EvidenceNode>(
    (rest, { open, dual: state }) => ({
      kind: 'closing',
      open,
      ...(state === undefined ? {} : { dual: inLists(state) }),
      rest,
    }),
    node,
  );
}

/** As buffers they would lie scattered among those of the search, and what these took could not be given back. */
function inLists({ dense, messages, prices }: DualState): DualState {
  const { tables, positions, memberStart, memberTable, memberOffset } = dense;
  return {
    dense: {
      tables,
      positions,
      memberStart: Array.from(memberStart),
      memberTable: Array.from(memberTable),
      memberOffset: Array.from(memberOffset),
    },
    messages: Array.from(messages),
    prices: Array.from(prices),
  };
}
