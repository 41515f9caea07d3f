/** Conditions that are true for no row. */

import type { NodeId } from '../model/index.js';
import { type Builder, nodeAt } from './builder.js';
import type { Condition } from './conditions.js';
import type { Fact } from './facts.js';

export function neverTrue(builder: Builder, condition: Condition, facts: readonly Fact[]): boolean {
  return hasNever(condition) || hasTwoLiterals(builder, facts);
}

function hasNever(condition: Condition): boolean {
  if (condition.kind === 'never') return true;
  return condition.kind === 'and' && condition.args.some(hasNever);
}

/** One column, two literals whose values in the column's type differ: `k = 1 AND k = 2`, but not `k = 42 AND k = '042'`. */
function hasTwoLiterals(builder: Builder, facts: readonly Fact[]): boolean {
  const seen = new Map<NodeId, string>();
  for (const fact of facts) {
    if (fact.kind !== 'equal') continue;
    for (const [column, other] of [[fact.left, fact.right] as const, [fact.right, fact.left] as const]) {
      const value = literalValue(builder, column, other);
      if (value === undefined) continue;
      const before = seen.get(column);
      if (before !== undefined && before !== value) return true;
      seen.set(column, value);
    }
  }
  return false;
}

/** The literal as a value of the column's family; undefined where two spellings could mean one value. */
function literalValue(builder: Builder, column: NodeId, other: NodeId): string | undefined {
  const source = builder.sources.find((candidate) => candidate.node === other);
  if (source?.kind !== 'one' || source.constant.kind !== 'literal') return undefined;
  const { family } = nodeAt(builder, column);
  const { text, literal } = source.constant;
  if (family === 'text') return text;
  const isInteger =
    /^-?\d+$/.test(text) && (family === 'integer' || (family === 'unknown' && literal === 'number'));
  return isInteger ? BigInt(text).toString() : undefined;
}
