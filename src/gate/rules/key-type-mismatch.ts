/** A shard key has another type than the plan says, or tables of one group have keys that hash differently. */

import { columnOf, keyTypeOf } from '../../catalog/index.js';
import { sqlTypeName } from '../../contract/index.js';
import { byCodeUnit, type Catalog, percent, type TableName } from '../../model/index.js';
import { keyFamilyOf } from '../../topology/index.js';
import { crosses, type GateContext } from '../context.js';
import type { Draft, Rule } from '../rule.js';
import { staleTables } from '../stale.js';

export const keyTypeMismatch: Rule = {
  id: 'key-type-mismatch',
  summary: 'The type of a shard key differs from the plan, or within a group of co-located tables.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: (context) => {
    const changed = changedKeys(context);
    const told = new Set(changed.flatMap(({ tables }) => tables));
    return [...changed, ...groupsApart(context, told)];
  },
};

function changedKeys(context: GateContext): readonly Draft[] {
  return staleTables(context).flatMap((stale): readonly Draft[] => {
    if (stale.kind !== 'other-type') return [];
    const { table, key, planned, found, hashesApart } = stale;
    const consequence = hashesApart
      ? 'Equal values hash differently: rows would be looked for on the wrong shard, and joins on the key leave it.'
      : `They hash alike, but not every value of the one fits the other, and tables of the group still have ${planned}.`;
    return [
      {
        tables: [table],
        subject: `${table}.${key}`,
        location: context.placeOf(table),
        ...weighed(context, table),
        message: `The shard key ${table}.${key} is ${found} in the schema and ${planned} in the plan. ${consequence}${consequences(context, table)}`,
        fix: `Keep ${key} ${planned}; or change the type in every table of its group together, and make the plan again with "shardwright analyze <export> --out DIR".`,
      },
    ];
  });
}

/** Known statements that were on one shard and are no longer: the key's type is what changed for them. */
function lost({ shapes }: GateContext, table: TableName) {
  return shapes.filter(
    (shape) =>
      crosses(shape) && shape.known?.verdict === 'single-shard' && shape.face.verdict.tables.includes(table),
  );
}

function weighed(context: GateContext, table: TableName): { readonly share?: number } {
  if (!context.isMeasured) return {};
  const weight = lost(context, table).reduce((sum, shape) => sum + shape.weight, 0);
  return weight === 0 ? {} : { share: context.shareOf(weight) };
}

function consequences(context: GateContext, table: TableName): string {
  const shapes = lost(context, table);
  if (shapes.length === 0) return '';
  const weight = shapes.reduce((sum, shape) => sum + shape.weight, 0);
  const much = context.isMeasured ? `, ${percent(context.shareOf(weight))} of the weight,` : '';
  const noun = shapes.length === 1 ? '1 known statement' : `${shapes.length} known statements`;
  return ` ${noun}${much} no longer ${shapes.length === 1 ? 'stays' : 'stay'} on one shard.`;
}

interface Key {
  readonly table: TableName;
  readonly column: string;
  readonly type: string;
}

/** By the schema: the fewer tables of a group that hash otherwise than the others. */
function groupsApart(context: GateContext, told: ReadonlySet<TableName>): readonly Draft[] {
  return [...keysByGroup(context)].flatMap(([group, all]) => {
    const keys = all.filter(({ table }) => !told.has(table));
    const [most = [], ...others] = byFamily(group, keys);
    const [model] = most;
    return others.flat().map((key) => apart(context, group, key, model as Key));
  });
}

function apart({ placeOf }: GateContext, group: string, { table, column, type }: Key, model: Key): Draft {
  return {
    tables: [table],
    subject: `${table}.${column}`,
    location: placeOf(table),
    message: `${table}.${column} is ${sqlTypeName(type)}, and ${model.table}.${model.column} of the same group (${group}) is ${sqlTypeName(model.type)}: equal keys would not share a shard.`,
    fix: `Give ${column} the type of the group, or give ${table} a group of its own in the plan.`,
  };
}

/** The biggest family first; of two alike that of the column which the group is named after. */
function byFamily(group: string, keys: readonly Key[]): readonly (readonly Key[])[] {
  const families = new Map<string, Key[]>();
  for (const key of keys) {
    const family = keyFamilyOf(key.type) ?? `other: ${key.type}`;
    families.set(family, [...(families.get(family) ?? []), key]);
  }
  const isRoot = ({ table, column }: Key): boolean => `${table}.${column}` === group;
  return [...families.values()].sort(
    (a, b) => b.length - a.length || Number(b.some(isRoot)) - Number(a.some(isRoot)),
  );
}

function keysByGroup({ plan, catalog }: GateContext): ReadonlyMap<string, readonly Key[]> {
  const groups = new Map<string, Key[]>();
  for (const [table, placement] of [...plan.tables].sort(([a], [b]) => byCodeUnit(a, b))) {
    if (placement.placement !== 'sharded') continue;
    const { key: column, group, keyType } = placement;
    const type = typeInSchema(catalog, table, column) ?? keyType;
    if (type !== undefined) groups.set(group, [...(groups.get(group) ?? []), { table, column, type }]);
  }
  return groups;
}

function typeInSchema(catalog: Catalog, table: TableName, name: string): string | undefined {
  const known = catalog.tables.get(table);
  const column = known === undefined ? undefined : columnOf(known, name);
  return column === undefined ? undefined : keyTypeOf(column);
}
