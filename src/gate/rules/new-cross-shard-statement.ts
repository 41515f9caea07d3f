/**
 * A statement that the baseline does not have needs more than one shard. Without a baseline those of query files are new that no
 * export has counted; of an export nothing is known to be new, and its shares are held against the plan instead.
 */

import {
  crosses,
  type GateContext,
  isKeyless,
  isNew,
  isOnlyWarnedOf,
  type Shape,
  shareOfShape,
} from '../context.js';
import { changedFrom } from '../likeness.js';
import type { Draft, Rule } from '../rule.js';
import { becauseOf, needs, shareText, titleOf } from '../words.js';

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
    ...(isOnlyWarnedOf(context, shape) ? { level: 'warning' } : {}),
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
