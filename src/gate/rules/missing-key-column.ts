/** A new table hangs on a sharded one, and has no column that could take it to the same shard. */

import { keyTypeOf } from '../../catalog/index.js';
import {
  byCodeUnit,
  type ForeignKey,
  type ShardedPlacement,
  type Table,
  type TableName,
} from '../../model/index.js';
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

interface HangsOn {
  readonly foreignKey: ForeignKey;
  readonly placement: ShardedPlacement;
}

function draftOf(context: GateContext, name: TableName): Draft | undefined {
  const { catalog, plan, placeOf } = context;
  const table = catalog.tables.get(name);
  if (table === undefined || !table.columnsComplete) return undefined;
  const hangsOn = table.foreignKeys.flatMap((foreignKey) => {
    const placement = plan.tables.get(foreignKey.target);
    return placement?.placement === 'sharded' ? [{ foreignKey, placement }] : [];
  });
  const [first] = hangsOn;
  if (first === undefined || hangsOn.some((one) => carriesKey(context, table, one))) return undefined;
  const { foreignKey, placement } = first;
  const { target } = foreignKey;
  const [column = `${bareName(target)}_${placement.key}`] = keyNames(context, placement);
  const type = placement.keyType === undefined ? '' : ` ${placement.keyType}`;
  return {
    tables: [name],
    subject: name,
    location: placeOf(name),
    message: `${name} refers to ${target} by ${foreignKey.columns.join(', ')}, and has no column for the shard key of ${target} (${placement.key}): its rows could not lie beside the rows that they refer to.`,
    fix: `Add a column such as ${column}${type} to ${name}, fill it from ${target}, and make it a part of the reference.`,
  };
}

function bareName(table: TableName): string {
  return table.slice(table.indexOf('.') + 1);
}

/** What the tables of the group call the key, most of them first. The root's own name for it may be one that every table has, such as id. */
function keyNames({ plan }: GateContext, { group }: ShardedPlacement): readonly string[] {
  const names = [...plan.tables].flatMap(([name, other]) =>
    other.placement === 'sharded' && other.group === group && group !== `${name}.${other.key}`
      ? [other.key]
      : [],
  );
  const count = (name: string): number => names.filter((other) => other === name).length;
  return [...new Set(names)].sort((a, b) => count(b) - count(a) || byCodeUnit(a, b));
}

/** A reference holds the key of its target, or a column is called like the key of the group and hashes alike. */
function carriesKey(context: GateContext, table: Table, { foreignKey, placement }: HangsOn): boolean {
  if (foreignKey.targetColumns.includes(placement.key)) return true;
  const names = keyNames(context, placement);
  return table.columns.some(
    (column) => names.includes(column.name) && mayHashAlike(keyTypeOf(column), placement.keyType),
  );
}

function mayHashAlike(type: string | undefined, other: string | undefined): boolean {
  return type === undefined || other === undefined || keyFamilyOf(type) === keyFamilyOf(other);
}
