/** What an export cannot show, said every time. */

import type { Catalog, Note, Workload } from '../model/index.js';
import type { Solution } from '../planner/index.js';

export function blindSpots(
  workload: Workload,
  catalog: Catalog,
  { exceededBudgets, tiesDecided }: Pick<Solution, 'exceededBudgets' | 'tiesDecided'>,
): readonly Note[] {
  return [
    {
      code: 'no-transactions',
      message:
        'Transactions are not in an export: statements that are single-shard one by one may still cross shards together.',
    },
    ...(catalog.origin === 'inferred'
      ? [
          {
            code: 'no-schema',
            message:
              'No schema was given: columns were inferred from the statements, unqualified columns stay open, and foreign keys, unique constraints and types are unknown. Give --schema for a plan that can be trusted.',
          },
        ]
      : []),
    ...([...catalog.tables.values()].some((table) => table.statistics !== undefined)
      ? []
      : [
          {
            code: 'no-statistics',
            message: 'No statistics were given: table sizes, distinct counts and hot keys are unknown.',
          },
        ]),
    ...(workload.evictions === 'unknown'
      ? [
          {
            code: 'evictions-unknown',
            message: 'The export does not say whether entries were evicted: the long tail may be missing.',
          },
        ]
      : workload.evictions > 0
        ? [
            {
              code: 'evictions',
              message: `${workload.evictions} entries were evicted in the window: the long tail is missing. Raise pg_stat_statements.max.`,
            },
          ]
        : []),
    ...exceededBudgets.map((name) => ({
      code: 'budget-exceeded',
      message: `The budget "${name}" could not be kept.`,
    })),
    ...(tiesDecided
      ? []
      : [
          {
            code: 'ties-undecided',
            message:
              'Time ran out before ties between equally cheap plans were decided: another run may choose otherwise. More --solve-seconds may help.',
          },
        ]),
    ...workload.notes,
  ];
}
