/** A global table is written too often: each write is a commit on every shard. */

import { percent } from '../../model/index.js';
import type { Rule } from '../rule.js';

export const globalWriteHeavy: Rule = {
  id: 'global-write-heavy',
  summary: 'A global table is written too often.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: ({ load, plan, shapes, placeOf, isMeasured }) =>
    load.globalWrites.tables
      .filter(({ share }) => isMeasured && share > load.globalWrites.limit)
      .map(({ table, share }) => {
        const writing = shapes.find(({ face }) => face.query?.writes.some((write) => write.table === table));
        return {
          tables: [table],
          subject: table,
          location: placeOf(table),
          ...(writing === undefined ? {} : { statement: writing.face }),
          message: `${percent(share)} of the calls on the global table ${table} write it, and ${percent(load.globalWrites.limit)} are the most that a table with a copy on each of ${plan.shards} shards should have: each write is a commit on all of them.`,
          fix: 'Write it in fewer, bigger statements; or shard the table, or keep it unsharded, and make the plan again.',
        };
      }),
};
