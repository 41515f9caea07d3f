/** A table's placement as files spell it. */

import { z } from 'zod';
import type { AddKey, Placement, TableName } from '../model/index.js';
import { without } from './json.js';

const addKeySchema = z.looseObject({
  path: z
    .array(z.string().min(1), { error: 'must be a list of steps such as "order_id -> public.orders.id"' })
    .min(1, { error: 'must name at least one step' }),
  targetKey: z.string().min(1).optional(),
});

const shardedSchema = z.looseObject({
  placement: z.literal('sharded'),
  key: z.string({ error: 'a sharded table needs the name of its key column' }).min(1, {
    error: 'must not be empty',
  }),
  keyType: z.string().min(1).optional(),
  group: z.string().min(1).optional(),
  addKey: addKeySchema.optional(),
});

export const placementSchema = z.discriminatedUnion(
  'placement',
  [
    shardedSchema,
    z.looseObject({ placement: z.literal('global') }),
    z.looseObject({ placement: z.literal('unsharded') }),
  ],
  { error: 'must be "sharded", "global" or "unsharded"' },
);

type PlacementInFile = z.infer<typeof placementSchema>;

/** Without a group a table shares its key domain with no other: nothing is taken for co-located that does not say so. */
export function placementFrom(table: TableName, read: PlacementInFile): Placement {
  if (read.placement !== 'sharded') return { placement: read.placement };
  return without({
    placement: 'sharded' as const,
    key: read.key,
    keyType: read.keyType,
    group: read.group ?? `${table}.${read.key}`,
    addKey: read.addKey === undefined ? undefined : addKeyOf(read.addKey),
  }) as Placement;
}

function addKeyOf(read: {
  readonly path: readonly string[];
  readonly targetKey?: string | undefined;
}): AddKey {
  return without({ path: read.path, targetKey: read.targetKey }) as AddKey;
}

export function placementJson(placement: Placement) {
  if (placement.placement !== 'sharded') return { placement: placement.placement };
  return without({
    placement: placement.placement,
    key: placement.key,
    keyType: placement.keyType === undefined ? undefined : sqlTypeName(placement.keyType),
    group: placement.group,
    addKey: placement.addKey === undefined ? undefined : addKeyJson(placement.addKey),
  });
}

export function addKeyJson(addKey: AddKey) {
  return without({ path: addKey.path, targetKey: addKey.targetKey });
}

/** SQL's names of the types that can be keys; PostgreSQL's internal names stay where SQL has none. */
const sqlNames: ReadonlyMap<string, string> = new Map([
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['varchar', 'character varying'],
  ['bpchar', 'character'],
  ['timestamptz', 'timestamp with time zone'],
  ['bool', 'boolean'],
]);

export function sqlTypeName(type: string): string {
  return sqlNames.get(type) ?? type;
}
