/** A shard key may be null: such a row belongs to no shard. */

import { columnOf, primaryKeyOf } from '../../catalog/index.js';
import { byCodeUnit } from '../../model/index.js';
import type { Rule } from '../rule.js';

export const keyNullable: Rule = {
  id: 'key-nullable',
  summary: 'A shard key may be null.',
  level: 'warning',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: ({ plan, catalog, placeOf }) =>
    [...plan.tables]
      .sort(([a], [b]) => byCodeUnit(a, b))
      .flatMap(([name, placement]) => {
        const table = catalog.tables.get(name);
        if (catalog.origin !== 'schema' || placement.placement !== 'sharded' || table === undefined)
          return [];
        const { key } = placement;
        const column = columnOf(table, key);
        const isInPrimaryKey = primaryKeyOf(table)?.columns.includes(key) === true;
        if (column === undefined || !column.nullable || isInPrimaryKey) return [];
        return [
          {
            tables: [name],
            subject: `${name}.${key}`,
            location: placeOf(name),
            message: `${name}.${key} is the shard key and may be null: a row without it belongs to no shard, and a search for it finds nothing.`,
            fix: `Fill it and declare it: ALTER TABLE ${name} ALTER COLUMN ${key} SET NOT NULL.`,
          },
        ];
      }),
};
