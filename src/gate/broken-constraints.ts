/** Constraints that no shard can check, as findings at their table's line. */

import type { GateContext } from './context.js';
import type { BrokenConstraint } from './input.js';
import { type Draft, fingerprintOfFinding } from './rule.js';

export function brokenConstraints(context: GateContext, kind: BrokenConstraint['kind']): readonly Draft[] {
  const { constraints, placeOf } = context;
  return constraints
    .filter((constraint) => constraint.kind === kind)
    .map((constraint) => ({ constraint, subject: subjectOf(constraint) }))
    .filter(
      ({ constraint, subject }) => !isOfStaleKey(context, constraint) || isKnown(context, kind, subject),
    )
    .map(({ constraint: { table, problem, advice }, subject }) => ({
      tables: [table],
      subject,
      location: placeOf(table),
      message: problem,
      fix: advice,
    }));
}

/** By its columns as well: another constraint may take over the name. */
function subjectOf({ table, name, columns }: BrokenConstraint): string {
  return [table, name, ...columns].join(' ');
}

/** Of a key that is not what it was, another finding speaks. */
function isOfStaleKey({ stale }: GateContext, { table, target }: BrokenConstraint): boolean {
  return stale.has(table) || (target !== undefined && stale.has(target));
}

/** What was known stays known: a baseline written meanwhile would lose it, and it would come back as new. */
function isKnown({ baseline }: GateContext, kind: BrokenConstraint['kind'], subject: string): boolean {
  return baseline?.findings.has(fingerprintOfFinding(`unenforceable-${kind}`, subject)) === true;
}
