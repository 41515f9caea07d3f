/**
 * What is changed on each shard after the whole schema was loaded there: references that lead elsewhere go, tables that live
 * elsewhere go (never with rows in them), and identifiers are numbered so that no two shards give out the same.
 */

import { byCodeUnit, type DeployStep, type TableName } from '../../model/index.js';
import { type DeployInput, shardedTables } from '../input.js';
import { literal, regclass, relation } from '../sql-text.js';
import { columnSteps } from './added-keys.js';
import { dropForeignKey, foreignKeyFates } from './foreign-keys.js';
import { guardSteps } from './guard.js';

export interface OnShards {
  /** Copies of global tables live on the shards. */
  readonly globals: boolean;
  /** The shards number identifiers themselves; otherwise a coordinator does. */
  readonly numbers: boolean;
  /** The engine places keys by PostgreSQL's hash, as the map does. */
  readonly guarded: boolean;
}

export function shardSteps(input: DeployInput, shard: number, has: OnShards): readonly DeployStep[] {
  const elsewhere = [...input.placements]
    .filter(([, { placement }]) => placement === 'unsharded' || (placement === 'global' && !has.globals))
    .map(([name]) => name)
    .sort(byCodeUnit);
  return [
    ...columnSteps(input, shard),
    ...foreignKeyFates(input)
      .filter(({ table, key, fate }) => {
        if (elsewhere.includes(table)) return false;
        return fate !== 'kept' || elsewhere.includes(key.target);
      })
      .filter((one) => !isCheckedOnShard(input, one, elsewhere))
      .map((one) =>
        dropForeignKey({ ...one, why: 'the row it refers to may be elsewhere' }, shard, 'drop-foreign-key'),
      ),
    ...elsewhere.map((name) => dropEmpty(name, shard)),
    ...shardedTables(input).flatMap(({ name }) =>
      has.numbers ? numbering(input, name, shard) : numbersTaken(input, name, shard),
    ),
    ...(has.guarded ? guardSteps(input, shard) : []),
  ].map((step) => ({ ...step, id: `shard-${shard}:${step.id}` }));
}

/** A key taken along the reference puts both rows on one shard: it is checked there as it is, without being widened. */
function isCheckedOnShard(
  { constraints }: DeployInput,
  { table, key, fate }: ReturnType<typeof foreignKeyFates>[number],
  elsewhere: readonly TableName[],
): boolean {
  const isBroken = constraints.some(
    (one) => one.kind === 'foreign-key' && one.table === table && one.name === key.name,
  );
  return fate === 'widened' && !isBroken && !elsewhere.includes(key.target);
}

function dropEmpty(name: TableName, shard: number): DeployStep {
  return {
    id: `elsewhere:${name}`,
    on: shard,
    title: `${name} lives elsewhere: its empty copy goes, with the views on it`,
    sql: [
      'DO $elsewhere$',
      'DECLARE has_rows boolean;',
      'BEGIN',
      `  IF to_regclass(${regclass(name)}) IS NULL THEN RETURN; END IF;`,
      `  EXECUTE ${literal(`SELECT EXISTS (SELECT FROM ${relation(name)})`)} INTO has_rows;`,
      `  IF has_rows THEN RAISE EXCEPTION 'this shard has rows of % that belong elsewhere: nothing is dropped', ${literal(name)}; END IF;`,
      `  EXECUTE ${literal(`DROP TABLE ${relation(name)} CASCADE`)};`,
      'END',
      '$elsewhere$;',
    ].join('\n'),
    done: `SELECT to_regclass(${regclass(name)}) IS NULL`,
  };
}

const ROOM_FOR_SHARDS = 64;

/** Each shard steps over the numbers of the others; there is room for more shards than there are. */
function numbering(input: DeployInput, name: TableName, shard: number): readonly DeployStep[] {
  const step = Math.max(ROOM_FOR_SHARDS, input.shards * 4);
  const columns = input.catalog.tables.get(name)?.columns ?? [];
  return columns
    .filter((column) => column.default?.kind === 'sequence')
    .map((column) => {
      const sequence = `pg_get_serial_sequence(${literal(relation(name))}, ${literal(column.name)})`;
      return {
        id: `numbers:${name}.${column.name}`,
        on: shard,
        title: `${name}.${column.name}: numbers that are ${shard} modulo ${step}`,
        sql: [
          'DO $numbers$',
          `DECLARE numbers text := ${sequence}; last bigint;`,
          'BEGIN',
          '  IF numbers IS NULL THEN RETURN; END IF;',
          `  EXECUTE 'SELECT last_value FROM ' || numbers INTO last;`,
          `  EXECUTE 'ALTER SEQUENCE ' || numbers || ' INCREMENT BY ${step}';`,
          `  PERFORM setval(numbers, (last / ${step} + 1) * ${step} + ${shard});`,
          'END',
          '$numbers$;',
        ].join('\n'),
        done: `SELECT ${sequence} IS NULL OR EXISTS (SELECT FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename)::regclass = (${sequence})::regclass AND increment_by = ${step} AND last_value % ${step} = ${shard})`,
      };
    });
}

/** Numbers come with the rows: an identity column that allows none but its own would refuse them. */
function numbersTaken({ catalog }: DeployInput, name: TableName, shard: number): readonly DeployStep[] {
  const numbered = (catalog.tables.get(name)?.columns ?? []).some(
    (column) => column.default?.kind === 'sequence',
  );
  if (!numbered) return [];
  const always = `FROM pg_attribute WHERE attrelid = to_regclass(${regclass(name)}) AND attidentity = 'a' AND NOT attisdropped`;
  return [
    {
      id: `numbers:${name}`,
      on: shard,
      title: `${name}: numbers come with the rows, from the coordinator`,
      sql: [
        'DO $numbers$',
        'DECLARE one record;',
        'BEGIN',
        `  FOR one IN SELECT attname ${always} LOOP`,
        `    EXECUTE format(${literal(`ALTER TABLE ${relation(name).replaceAll('%', '%%')} ALTER COLUMN %I SET GENERATED BY DEFAULT`)}, one.attname);`,
        '  END LOOP;',
        'END',
        '$numbers$;',
      ].join('\n'),
      done: `SELECT NOT EXISTS (SELECT ${always})`,
    },
  ];
}
