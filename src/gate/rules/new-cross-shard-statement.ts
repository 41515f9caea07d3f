/**
 * A statement that the baseline does not have needs more than one shard. Without a baseline those of query files are new that no
 * export has counted; of an export nothing is known to be new, and its shares are held against the plan instead.
 */

import type { VerdictKind } from '../../model/index.js';
import { crosses, type GateContext, isKeyless, isNew, type Shape, shareOfShape } from '../context.js';
import { changedFrom } from '../likeness.js';
import type { Draft, Rule } from '../rule.js';
import { becauseOf, shareText, titleOf } from '../words.js';

export const newCrossShardStatement: Rule = {
  id: 'new-cross-shard-statement',
  summary: 'A statement that the baseline does not have needs more than one shard.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) =>
    context.shapes
      .filter((shape) => isNew(context, shape) && crosses(shape) && !hasItsOwnRule(context, shape))
      .map((shape) => draftOf(context, shape)),
};

/** Others speak of these, and say more. */
function hasItsOwnRule(context: GateContext, shape: Shape): boolean {
  const { verdict, blocker } = shape.face.verdict;
  if (verdict === 'unknown' || isKeyless(context, shape)) return true;
  return blocker === 'insert-without-key' || blocker === 'key-updated';
}

function draftOf(context: GateContext, shape: Shape): Draft {
  const { face } = shape;
  const { verdict } = face;
  return {
    tables: verdict.tables,
    subject: shape.fingerprint,
    location: face.source,
    statement: face,
    ...shareOfShape(context, shape),
    // The application can see to it that the values are equal; only nobody has proven it.
    ...(verdict.verdict === 'conditional' ? { level: 'warning' } : {}),
    message: `${titleOf(face, 'A new statement')}${shareText(context, shape)} ${needs[verdict.verdict]}${becauseOf(face)}.${originText(context, shape)}`,
    fix: face.fix ?? 'Give the shard key in the WHERE clause.',
  };
}

function originText(context: GateContext, shape: Shape): string {
  const before = changedFrom(context, shape);
  return before === undefined
    ? ''
    : ` It looks like a change of a statement that was ${before.verdict}: ${before.text}`;
}

const needs: Readonly<Record<VerdictKind, string>> = {
  tableless: 'needs no shard',
  'single-shard': 'needs one shard',
  'global-read': 'needs any shard',
  unsharded: 'needs the unsharded database',
  conditional: 'needs one shard only if the application passes equal values',
  'multi-shard': 'needs several shards',
  scatter: 'needs every shard',
  'global-write': 'writes every copy of a global table in one atomic commit',
  'cross-shard': 'brings rows of different shards together',
  'cross-database': 'needs the shards and the unsharded database at once',
  unroutable: 'cannot be sent to any shard as it is',
  unknown: 'cannot be judged',
};
