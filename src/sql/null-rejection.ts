/** Which relations' NULL-extended rows a condition throws away. */

import type { Expr } from '../syntax/index.js';
import { type Builder, nodeAt, noOwner, type OwnerId } from './builder.js';
import type { Condition } from './conditions.js';
import { resolveColumn, type Scope } from './scope.js';

export const nothingRejected: ReadonlySet<OwnerId> = new Set();

export function nullRejected(builder: Builder, condition: Condition, scope: Scope): ReadonlySet<OwnerId> {
  switch (condition.kind) {
    case 'and':
      return new Set(condition.args.flatMap((arg) => [...nullRejected(builder, arg, scope)]));
    case 'or': {
      const [first, ...rest] = condition.args.map((arg) => nullRejected(builder, arg, scope));
      return new Set([...(first ?? [])].filter((owner) => rest.every((set) => set.has(owner))));
    }
    case 'equal':
      // Null-safe equality is only kept with a constant that is not NULL: strict all the same.
      return ownersOfColumns(builder, [condition.left, condition.right], scope);
    case 'member':
      return ownersOfColumns(builder, [condition.arg], scope);
    case 'strict':
      return ownersOfColumns(builder, condition.operands, scope);
    default:
      return nothingRejected;
  }
}

function ownersOfColumns(builder: Builder, operands: readonly Expr[], scope: Scope): ReadonlySet<OwnerId> {
  const owners = operands.flatMap((operand) => {
    if (operand.kind !== 'column') return [];
    const { node } = resolveColumn(scope, operand.path);
    if (node === undefined) return [];
    const { owner } = nodeAt(builder, node);
    return owner === noOwner ? [] : [owner];
  });
  return new Set(owners);
}
