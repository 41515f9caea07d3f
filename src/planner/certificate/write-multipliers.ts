/**
 * Multipliers in words. A proof keeps these of its nodes: as they were worked with they hold all terms of the node, in exact
 * numbers, and a proof has hundreds of nodes.
 */

import type { ProofMultipliers } from '../../model/index.js';
import type { Multipliers } from './bound.js';
import { toNumber } from './exact.js';
import type { Joint } from './joint.js';
import { MULTIPLIER_BITS } from './model.js';

export function writeMultipliers({ scope, bits, messages, tolls }: Multipliers): ProofMultipliers {
  const { names } = scope.model;
  const statements = [...messages].map(([at, lists]) => {
    const { id, tables } = scope.joints[at] as Joint;
    const byTable = lists.flatMap((list, member) =>
      list.length === 0 ? [] : [[names[tables[member] as number] as string, list] as const],
    );
    return [id, Object.fromEntries(byTable)] as const;
  });
  const budgets = tolls.map(
    (toll, at) => [scope.limits[at]?.name as string, toNumber(toll, MULTIPLIER_BITS)] as const,
  );
  return {
    bits,
    statements: Object.fromEntries(statements),
    budgets: Object.fromEntries(budgets.filter(([, toll]) => toll > 0)),
  };
}
