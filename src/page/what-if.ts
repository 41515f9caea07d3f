/**
 * The arithmetic of the what-if: shares of the weight by verdict, as the plan's score has them, with some statements' verdicts
 * changed. In: verdicts as places in verdictKinds.
 */

import { type PageOutcome, type PageStatements, type VerdictKind, verdictKinds } from '../model/index.js';

export interface Figures {
  readonly cost: number;
  readonly singleShardShare: number;
  readonly oneDatabaseShare: number;
  readonly conditionalShare: number;
  readonly unknownShare: number;
}

export interface Change {
  readonly statement: number;
  readonly before: VerdictKind;
  readonly after: VerdictKind;
}

/** The heaviest statement first. */
export function changesOf(statements: PageStatements, outcome: PageOutcome): readonly Change[] {
  const changes: Change[] = [];
  for (const [kind, steps] of Object.entries(outcome.changed)) {
    let statement = 0;
    for (const step of steps) {
      statement += step;
      changes.push({
        statement,
        before: verdictKinds[statements.verdict[statement] as number] as VerdictKind,
        after: kind as VerdictKind,
      });
    }
  }
  return changes.sort((a, b) => a.statement - b.statement);
}

/** Weight of statements by verdict, in the order of verdictKinds. */
export function weightsByVerdict(
  { verdict, weight }: PageStatements,
  changes: readonly Change[] = [],
): readonly number[] {
  const after = new Map(changes.map((change) => [change.statement, verdictKinds.indexOf(change.after)]));
  const sums = verdictKinds.map(() => 0);
  for (const [at, one] of weight.entries()) {
    const kind = after.get(at) ?? (verdict[at] as number);
    sums[kind] = (sums[kind] as number) + one;
  }
  return sums;
}

export function figuresOf(cost: number, weights: readonly number[]): Figures {
  const of = (kind: VerdictKind): number => weights[verdictKinds.indexOf(kind)] as number;
  const all = weights.reduce((sum, one) => sum + one, 0) - of('tableless');
  const sharded = all - of('unsharded');
  const single = of('single-shard') + of('global-read');
  const share = (part: number, whole: number, ofNothing: number): number =>
    whole === 0 ? ofNothing : part / whole;
  return {
    cost,
    singleShardShare: share(single, sharded, 1),
    oneDatabaseShare: share(single + of('unsharded'), all, 1),
    conditionalShare: share(of('conditional'), sharded, 0),
    unknownShare: share(of('unknown'), sharded, 0),
  };
}
