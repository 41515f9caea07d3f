/**
 * Key columns that tables do not have yet: added, filled along the foreign-key path of the plan, and made not null. The filling
 * goes in batches that commit, so it neither holds locks for long nor starts anew when it is ended in the middle.
 */

import type { DeployStep } from '../../model/index.js';
import { type DeployInput, type ShardedTable, shardedTables } from '../input.js';
import { bareName, literal, quoted, regclass, relation } from '../sql-text.js';

const BATCH = 5_000;

export function addedKeySteps(input: DeployInput): readonly DeployStep[] {
  return shardedTables(input)
    .filter(({ placement }) => placement.addKey !== undefined)
    .flatMap((table) => [addColumn(table), fillColumn(table), ...forbidNull(table)]);
}

/** The bare column, for servers that get the filled rows from elsewhere. */
export function columnSteps(input: DeployInput, on: DeployStep['on']): readonly DeployStep[] {
  return shardedTables(input)
    .filter(({ placement }) => placement.addKey !== undefined)
    .map((table) => ({ ...addColumn(table), on }));
}

function addColumn({ name, placement, keyType }: ShardedTable): DeployStep {
  return {
    id: `add-key:${name}`,
    on: 'coordinator',
    title: `${name}: the key column ${placement.key}; the application writes it from now on`,
    sql: `ALTER TABLE ${relation(name)} ADD COLUMN IF NOT EXISTS ${quoted(placement.key)} ${keyType};`,
    done: `SELECT ${columnThere(name, placement.key)}`,
  };
}

function fillColumn({ name, placement }: ShardedTable): DeployStep {
  const { key, addKey } = placement;
  const { joins, last } = joinsAlong(addKey?.path ?? []);
  const source = `${last}.${quoted(addKey?.targetKey ?? key)}`;
  return {
    id: `fill-key:${name}`,
    on: 'coordinator',
    title: `${name}: ${key} filled along ${(addKey?.path ?? []).join(', ')}, ${BATCH} rows at a time`,
    sql: [
      'DO $fill$',
      'DECLARE filled bigint;',
      'BEGIN',
      '  LOOP',
      `    UPDATE ${relation(name)} AS child SET ${quoted(key)} = batch.value`,
      `      FROM (SELECT child.tableoid AS part, child.ctid AS place, ${source} AS value`,
      `              FROM ${relation(name)} AS child`,
      ...joins.map((join) => `              ${join}`),
      `             WHERE child.${quoted(key)} IS NULL AND ${source} IS NOT NULL LIMIT ${BATCH}) AS batch`,
      `     WHERE child.tableoid = batch.part AND child.ctid = batch.place AND child.${quoted(key)} IS NULL;`,
      '    GET DIAGNOSTICS filled = ROW_COUNT;',
      '    EXIT WHEN filled = 0;',
      '    COMMIT;',
      '  END LOOP;',
      'END',
      '$fill$;',
    ].join('\n'),
    // Citus takes no subquery without columns.
    done: `SELECT count(*) = 0 FROM (SELECT 1 FROM ${relation(name)} WHERE ${quoted(key)} IS NULL LIMIT 1) AS missing`,
    outside: true,
  };
}

/** Checked first and without holding writers up; each in a transaction of its own, so that no lock is kept while rows are read. */
function forbidNull({ name, placement }: ShardedTable): readonly DeployStep[] {
  const check = `${bareName(name).slice(0, 30)}_${placement.key.slice(0, 20)}_there`;
  const table = relation(name);
  const isNotNull = `EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(${regclass(name)}) AND attname = ${literal(placement.key)} AND attnotnull AND NOT attisdropped)`;
  const hasCheck = (more: string): string =>
    `EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(${regclass(name)}) AND conname = ${literal(check)}${more})`;
  const step = (id: string, title: string, sql: string, done: string): DeployStep => ({
    id: `${id}:${name}`,
    on: 'coordinator',
    title: `${name}: ${title}`,
    sql,
    done: `SELECT ${done}`,
  });
  return [
    step(
      'key-checked',
      `no new row without ${placement.key}`,
      `ALTER TABLE ${table} ADD CONSTRAINT ${quoted(check)} CHECK (${quoted(placement.key)} IS NOT NULL) NOT VALID;`,
      `${isNotNull} OR ${hasCheck('')}`,
    ),
    step(
      'key-there',
      `no row without ${placement.key}`,
      `ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoted(check)};`,
      `${isNotNull} OR ${hasCheck(' AND convalidated')}`,
    ),
    step(
      'key-not-null',
      `${placement.key} is never null`,
      `ALTER TABLE ${table} ALTER COLUMN ${quoted(placement.key)} SET NOT NULL, DROP CONSTRAINT IF EXISTS ${quoted(check)};`,
      isNotNull,
    ),
  ];
}

/** `order_id -> public.orders.id`, one after the other, as joins from `child`. */
function joinsAlong(path: readonly string[]): { readonly joins: readonly string[]; readonly last: string } {
  let from = 'child';
  const joins = path.map((step, at) => {
    const [column = '', target = ''] = step.split(' -> ');
    const dot = target.lastIndexOf('.');
    const alias = `step_${at + 1}`;
    const join = `JOIN ${relation(target.slice(0, dot))} AS ${alias} ON ${alias}.${quoted(target.slice(dot + 1))} = ${from}.${quoted(column)}`;
    from = alias;
    return join;
  });
  return { joins, last: from };
}

function columnThere(table: string, column: string): string {
  return `EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(${regclass(table)}) AND attname = ${literal(column)} AND attnum > 0 AND NOT attisdropped)`;
}
