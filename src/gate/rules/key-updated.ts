/** A statement sets a shard key: the row would have to move to another shard. */

import { type GateContext, isKeyless, type Shape, shareOfShape } from '../context.js';
import type { Draft, Rule } from '../rule.js';
import { becauseOf, shareText, titleOf } from '../words.js';

export const keyUpdated: Rule = {
  id: 'key-updated',
  summary: 'A statement changes the shard key of a row.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) =>
    context.shapes
      .filter((shape) => shape.face.verdict.blocker === 'key-updated' && !isKeyless(context, shape))
      .map((shape) => draftOf(context, shape)),
};

function draftOf(context: GateContext, shape: Shape): Draft {
  const { face } = shape;
  return {
    tables: face.verdict.tables,
    subject: shape.fingerprint,
    location: face.source,
    statement: face,
    ...shareOfShape(context, shape),
    message: `${titleOf(face, 'A statement')}${shareText(context, shape)} changes a shard key${becauseOf(face)}. The row would have to move to another shard, and no shard can do that alone.`,
    fix: 'Leave the key out of SET; where it has to change, delete the row and insert it under its new key.',
  };
}
