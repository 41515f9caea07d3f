/** A unique or exclusion constraint lacks the shard key: two shards could hold equal rows. */

import { brokenConstraints } from '../broken-constraints.js';
import type { Rule } from '../rule.js';

export const unenforceableUnique: Rule = {
  id: 'unenforceable-unique',
  summary: 'A unique key cannot be checked by one shard.',
  level: 'note',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) => brokenConstraints(context, 'unique'),
};
