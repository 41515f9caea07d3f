/** The unsharded tables together take more time or writes than the one database that holds them should. */

import { percent } from '../../model/index.js';
import type { Rule } from '../rule.js';

export const unshardedOverload: Rule = {
  id: 'unsharded-overload',
  summary: 'The unsharded database takes more of the load than its budget.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: ({ load, placeOf, isMeasured }) =>
    load.unsharded.flatMap(({ what, limit, used, tables }) => {
      const [heaviest] = tables;
      if (!isMeasured || heaviest === undefined || used <= limit) return [];
      const budget = what === 'time' ? 'unshardedTimeShare' : 'unshardedWriteShare';
      return [
        {
          tables: [heaviest],
          subject: what,
          location: placeOf(heaviest),
          share: used,
          message: `The unsharded tables take ${percent(used)} of all ${what}, and at most ${percent(limit)} is allowed: one database has to carry that, however many shards there are. The heaviest: ${tables.slice(0, 3).join(', ')}.`,
          fix: `Shard ${heaviest}, or move it to a service of its own; where the database can carry it, raise budgets.${budget} in the config.`,
        },
      ];
    }),
};
