/** A statement cannot be judged: its text is cut off or no SQL, or it calls code that nobody has seen. */

import { type GateContext, type Shape, shareOfShape } from '../context.js';
import type { Draft, Rule } from '../rule.js';
import { becauseOf, shareText, titleOf } from '../words.js';

export const unreadableStatement: Rule = {
  id: 'unreadable-statement',
  summary: 'A statement cannot be read, or runs code that cannot be seen.',
  level: 'warning',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) =>
    context.shapes
      .filter(
        ({ face }) => face.verdict.verdict === 'unknown' && face.verdict.blocker !== 'table-not-in-plan',
      )
      .map((shape) => draftOf(context, shape)),
};

function draftOf(context: GateContext, shape: Shape): Draft {
  const { face } = shape;
  const isUnseen = face.verdict.blocker === 'unseen-code';
  return {
    tables: face.verdict.tables,
    subject: shape.fingerprint,
    location: face.source,
    statement: face,
    ...shareOfShape(context, shape),
    message: `${titleOf(face, 'A statement')}${shareText(context, shape)} ${isUnseen ? 'cannot be judged' : 'cannot be read'}${becauseOf(face)}. It counts as crossing shards.`,
    fix: isUnseen
      ? 'Give the schema with the body of the function (--schema), or vouch for it under assume.functions in the config.'
      : 'Mend the statement; where a tool has cut it off, export the whole text (track_activity_query_size, or the view itself).',
  };
}
