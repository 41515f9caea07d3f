/** A foreign key leads to rows that may lie on another shard or in another database. */

import { brokenConstraints } from '../broken-constraints.js';
import type { Rule } from '../rule.js';

export const unenforceableForeignKey: Rule = {
  id: 'unenforceable-foreign-key',
  summary: 'A foreign key cannot be checked by one shard.',
  level: 'note',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) => brokenConstraints(context, 'foreign-key'),
};
