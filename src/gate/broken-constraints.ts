/** Constraints that no shard can check, as findings at their table's line. */

import type { GateContext } from './context.js';
import type { BrokenConstraint } from './input.js';
import type { Draft } from './rule.js';

export function brokenConstraints(
  { constraints, placeOf, stale }: GateContext,
  kind: BrokenConstraint['kind'],
): readonly Draft[] {
  return constraints
    .filter(
      ({ kind: other, table, target }) =>
        // Of a key that is not what it was, another finding speaks.
        other === kind && !stale.has(table) && (target === undefined || !stale.has(target)),
    )
    .map(({ table, name, columns, problem, advice }) => ({
      tables: [table],
      // By its columns as well: another constraint may take over the name.
      subject: [table, name, ...columns].join(' '),
      location: placeOf(table),
      message: problem,
      fix: advice,
    }));
}
