/** The global tables together have grown beyond what every shard should hold a copy of. */

import { bytes } from '../../model/index.js';
import type { Rule } from '../rule.js';

export const globalTooBig: Rule = {
  id: 'global-too-big',
  summary: 'The global tables are bigger together than their budget.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: ({ load, plan, placeOf }) => {
    const { limit, tables } = load.globalBytes;
    const used = tables.reduce((sum, table) => sum + table.bytes, 0);
    const [biggest] = tables;
    if (biggest === undefined || used <= limit) return [];
    const heaviest = tables.slice(0, 3).map((one) => `${one.table} (${bytes(one.bytes)})`);
    return [
      {
        tables: [biggest.table],
        subject: 'all',
        location: placeOf(biggest.table),
        message: `The global tables have ${bytes(used)}, and at most ${bytes(limit)} is allowed on each of ${plan.shards} shards. The biggest: ${heaviest.join(', ')}.`,
        fix: 'Shard the biggest, or take old rows out of it; where the shards can hold it, raise budgets.globalBytes in the config.',
      },
    ];
  },
};
