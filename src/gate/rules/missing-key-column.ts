/** A new table hangs on a sharded one, and has no column that could take it to the same shard. */

import { keyTypeOf } from '../../catalog/index.js';
import type { ForeignKey, ShardedPlacement, Table, TableName } from '../../model/index.js';
import { keyFamilyOf } from '../../topology/index.js';
import type { GateContext } from '../context.js';
import type { Draft, Rule } from '../rule.js';
import { tablesWithoutPlacement } from './table-without-placement.js';

export const missingKeyColumn: Rule = {
  id: 'missing-key-column',
  summary: 'A new table refers to a sharded one and does not carry its shard key.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: true,
  find: (context) => tablesWithoutPlacement(context).flatMap((name) => draftOf(context, name) ?? []),
};

function draftOf(context: GateContext, name: TableName): Draft | undefined {
  const { catalog, plan, placeOf } = context;
  const table = catalog.tables.get(name);
  if (table === undefined || !table.columnsComplete) return undefined;
  const hangsOn = table.foreignKeys.flatMap((foreignKey) => {
    const placement = plan.tables.get(foreignKey.target);
    return placement?.placement === 'sharded' ? [{ foreignKey, placement }] : [];
  });
  const [first] = hangsOn;
  if (first === undefined || hangsOn.some((one) => carriesKey(table, one))) return undefined;
  const { foreignKey, placement } = first;
  return {
    tables: [name],
    subject: name,
    location: placeOf(name),
    message: `${name} refers to ${foreignKey.target} by ${foreignKey.columns.join(', ')}, and has no column for its shard key ${placement.key}: its rows could not lie beside the rows that they refer to.`,
    fix: `Add ${[placement.key, ...(placement.keyType === undefined ? [] : [placement.keyType])].join(' ')} to ${name}, fill it from ${foreignKey.target}, and refer to both columns.`,
  };
}

/** The reference is the key itself, or a column is named like it and has a type that hashes alike. */
function carriesKey(
  table: Table,
  { foreignKey, placement }: { readonly foreignKey: ForeignKey; readonly placement: ShardedPlacement },
): boolean {
  if (foreignKey.targetColumns.includes(placement.key)) return true;
  const named = table.columns.find(({ name }) => name === placement.key);
  const type = named === undefined ? undefined : keyTypeOf(named);
  if (named === undefined || type === undefined || placement.keyType === undefined)
    return named !== undefined;
  return keyFamilyOf(type) === keyFamilyOf(placement.keyType);
}
