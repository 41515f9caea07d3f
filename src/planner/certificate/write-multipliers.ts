/**
 * Multipliers in words. A proof keeps these of its nodes: as they were worked with they hold all terms of the node, in exact
 * numbers. In words each message is an object of its own, and a proof has a thousand nodes, so messages are packed, and put in
 * words each time that somebody asks for them.
 */

import type { ProofMultipliers, TableName } from '../../model/index.js';
import type { Multipliers } from './bound.js';
import { toNumber } from './exact.js';
import type { Joint } from './joint.js';
import { MULTIPLIER_BITS } from './model.js';
import { packed, unpacked } from './packed.js';

export function writeMultipliers({ scope, bits, messages, tolls }: Multipliers): ProofMultipliers {
  const joints = [...messages].map(([at, lists]) => ({ joint: scope.joints[at] as Joint, lists }));
  const ids = joints.map(({ joint }) => joint.id);
  const numbers = packed(joints.flatMap(({ joint, lists }) => numbersOf(joint, lists)));
  const budgets = tolls.map(
    (toll, at) => [scope.limits[at]?.name as string, toNumber(toll, MULTIPLIER_BITS)] as const,
  );
  const taxed = Object.fromEntries(budgets.filter(([, toll]) => toll > 0));
  return lazily(bits, ids, numbers, scope.model.names, taxed);
}

/** By itself, so that nothing else of the node is held. */
function lazily(
  bits: number,
  ids: readonly string[],
  numbers: Uint8Array,
  names: readonly TableName[],
  budgets: ProofMultipliers['budgets'],
): ProofMultipliers {
  return {
    bits,
    get statements() {
      return statementsOf(ids, numbers, names);
    },
    budgets,
  };
}

/** How many tables get messages; of each which it is, how many messages, and these. */
function numbersOf({ tables }: Joint, lists: readonly (readonly number[])[]): readonly number[] {
  const sent = lists.flatMap((list, member) =>
    list.length === 0 ? [] : [[tables[member] as number, list.length, ...list]],
  );
  return [sent.length, ...sent.flat()];
}

function statementsOf(
  ids: readonly string[],
  numbers: Uint8Array,
  names: readonly TableName[],
): ProofMultipliers['statements'] {
  const next = unpacked(numbers);
  return Object.fromEntries(
    ids.map((id) => {
      const byTable = Array.from({ length: next() }, () => {
        const name = names[next()] as TableName;
        return [name, Array.from({ length: next() }, next)] as const;
      });
      return [id, Object.fromEntries(byTable)] as const;
    }),
  );
}
