/**
 * Unique and primary keys that get the shard key in front. Only Citus asks for that. On servers of their own the keys stay as they
 * are: a part of rows that are unique is unique, and `ON CONFLICT (id)` goes on working.
 */

import { byCodeUnit, type DeployStep, type TableName, type UniqueKey } from '../../model/index.js';
import { type DeployInput, shardedTables } from '../input.js';
import { columnList, literal, quoted, regclass, relation } from '../sql-text.js';

export interface WidenedKey {
  readonly table: TableName;
  readonly key: UniqueKey;
  readonly shardKey: string;
  /** With the shard key in front. */
  readonly columns: readonly string[];
}

/** Unique keys without the shard key. `byHand`: on expressions, partial or excluding, whose definition no catalog has. */
export function narrowKeys(input: DeployInput): {
  readonly widened: readonly WidenedKey[];
  readonly byHand: readonly WidenedKey[];
} {
  const all = shardedTables(input).flatMap(({ name, placement, table }) =>
    [...(table?.uniqueKeys ?? [])]
      .filter(({ columns }) => !columns.includes(placement.key))
      .sort((a, b) => byCodeUnit(a.name, b.name))
      .map((key) => ({
        table: name,
        key,
        shardKey: placement.key,
        columns: [placement.key, ...key.columns],
      })),
  );
  const isPlain = ({ key }: WidenedKey): boolean => !key.exclusion && !key.expressions && !key.partial;
  return { widened: all.filter(isPlain), byHand: all.filter((one) => !isPlain(one)) };
}

export function widenStep({ table, key, shardKey, columns }: WidenedKey): DeployStep {
  const { schema } = { schema: table.slice(0, table.indexOf('.')) };
  const index = `${quoted(schema)}.${quoted(key.name)}`;
  const kind = key.primary ? 'PRIMARY KEY' : 'UNIQUE';
  return {
    id: `widen:${table}.${key.name}`,
    on: 'coordinator',
    title: `${table}: ${key.name} with ${shardKey}; over all shards (${key.columns.join(', ')}) is unique only where its maker sees to it`,
    sql: key.constraint
      ? `ALTER TABLE ${relation(table)} DROP CONSTRAINT ${quoted(key.name)}, ADD CONSTRAINT ${quoted(key.name)} ${kind} (${columnList(columns)});`
      : `DROP INDEX ${index};\nCREATE UNIQUE INDEX ${quoted(key.name)} ON ${relation(table)} (${columnList(columns)});`,
    done: `SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = to_regclass(${regclass(table)}) AND i.indisunique AND c.relname = ${literal(key.name)} AND a.attname = ${literal(shardKey)})`,
  };
}
