/** An INSERT gives no value for the shard key: nobody can tell which shard the row belongs to. */

import { type GateContext, isKeyless, type Shape, shareOfShape } from '../context.js';
import type { Draft, Rule } from '../rule.js';
import { becauseOf, shareText, titleOf } from '../words.js';

export const insertWithoutKey: Rule = {
  id: 'insert-without-key',
  summary: 'An INSERT gives no value for the shard key.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) =>
    context.shapes
      .filter((shape) => shape.face.verdict.blocker === 'insert-without-key' && !isKeyless(context, shape))
      .map((shape) => draftOf(context, shape)),
};

function draftOf(context: GateContext, shape: Shape): Draft {
  const { face } = shape;
  const isMade = isKeyMadeByServer(context, shape);
  return {
    tables: face.verdict.tables,
    subject: shape.fingerprint,
    location: face.source,
    statement: face,
    ...shareOfShape(context, shape),
    // A row that begins a key of its own: every plan has such tables, and the remedy is the same for all.
    ...(isMade && context.baseline === undefined ? { level: 'warning' } : {}),
    message: `${titleOf(face, 'An INSERT')}${shareText(context, shape)} cannot be sent to a shard${becauseOf(face)}.`,
    fix: isMade
      ? 'Make the key in the application (UUID or Snowflake id) and insert it.'
      : 'Pass the shard key with the row; the application knows it, or looks it up first.',
  };
}

/** The table's default fills the key, as it does with the id of a user who signs up. */
function isKeyMadeByServer({ plan }: GateContext, { face }: Shape): boolean {
  return (
    face.query?.writes.some(({ kind, table, generatedColumns }) => {
      const placement = plan.tables.get(table);
      return (
        kind === 'insert' && placement?.placement === 'sharded' && generatedColumns.includes(placement.key)
      );
    }) ?? false
  );
}
