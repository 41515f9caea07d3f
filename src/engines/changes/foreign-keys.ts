/**
 * What becomes of each foreign key. It is kept where the row and the one it refers to lie on one server, widened by the shard
 * key where the engine wants to see that, and dropped where nobody can check it any more.
 */

import {
  byCodeUnit,
  type DeployStep,
  type ForeignKey,
  type Placement,
  referenceOptions,
  type TableName,
} from '../../model/index.js';
import type { DeployInput } from '../input.js';
import { columnList, literal, quoted, regclass, relation } from '../sql-text.js';

export interface ForeignKeyFate {
  readonly table: TableName;
  readonly key: ForeignKey;
  readonly fate: 'kept' | 'widened' | 'dropped';
  readonly why: string;
  /** With the shard keys in front; as they are when nothing is widened. */
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
}

/** By table, then by name. */
export function foreignKeyFates(input: DeployInput): readonly ForeignKeyFate[] {
  return [...input.placements]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([table, own]) =>
      [...(input.catalog.tables.get(table)?.foreignKeys ?? [])]
        .sort((a, b) => byCodeUnit(a.name, b.name))
        .flatMap((key) => {
          const target = input.placements.get(key.target);
          return target === undefined ? [] : [fateOf(input, table, own, key, target)];
        }),
    );
}

function fateOf(
  { constraints }: DeployInput,
  table: TableName,
  own: Placement,
  key: ForeignKey,
  target: Placement,
): ForeignKeyFate {
  const broken = constraints.find(
    (one) => one.kind === 'foreign-key' && one.table === table && one.name === key.name,
  );
  const asIs = { table, key, columns: key.columns, targetColumns: key.targetColumns };
  if (broken !== undefined && broken.change !== 'composite-key') {
    return { ...asIs, fate: 'dropped', why: 'no server sees both rows; check it in the application' };
  }
  if (own.placement !== 'sharded' || target.placement !== 'sharded') {
    return broken === undefined
      ? { ...asIs, fate: 'kept', why: 'both rows are on one server' }
      : { ...asIs, fate: 'dropped', why: 'no server sees both rows; check it in the application' };
  }
  if (key.columns.some((column, at) => column === own.key && key.targetColumns[at] === target.key)) {
    return { ...asIs, fate: 'kept', why: 'it goes from key to key' };
  }
  return {
    table,
    key,
    fate: 'widened',
    why:
      broken === undefined
        ? 'the key was taken along it'
        : `where ${own.key} always equals ${target.key} there`,
    columns: [own.key, ...key.columns],
    targetColumns: [target.key, ...key.targetColumns],
  };
}

export function dropForeignKey(
  { table, key, why }: ForeignKeyFate,
  on: DeployStep['on'],
  id: string,
): DeployStep {
  return {
    id: `${id}:${table}.${key.name}`,
    on,
    title: `${table}: without ${key.name}: ${why}`,
    sql: `ALTER TABLE IF EXISTS ${relation(table)} DROP CONSTRAINT IF EXISTS ${quoted(key.name)};`,
    done: `SELECT NOT ${constraintThere(table, key.name)}`,
  };
}

/** As its constraint will stand there: for asking whether it does. */
export function standsAs({ table, key, columns }: ForeignKeyFate): string {
  return constraintThere(table, key.name, columns.length);
}

/**
 * Added without a look at the rows, then checked without holding writers up. Of a partitioned table PostgreSQL before 18 takes no
 * unchecked reference: there it is one step.
 */
export function addForeignKey(
  fate: ForeignKeyFate,
  on: DeployStep['on'],
  partitioned: boolean,
): readonly DeployStep[] {
  const { table, key, columns, targetColumns, why } = fate;
  const name = quoted(key.name);
  const added: DeployStep = {
    id: `add-foreign-key:${table}.${key.name}`,
    on,
    title: `${table}: ${key.name} again, over (${columns.join(', ')}): ${why}`,
    sql: [
      `ALTER TABLE ${relation(table)} ADD CONSTRAINT ${name} FOREIGN KEY (${columnList(columns)})`,
      `  REFERENCES ${relation(key.target)} (${columnList(targetColumns)})${referenceOptions(key, columns, quoted)}${partitioned ? '' : ' NOT VALID'};`,
    ].join('\n'),
    done: `SELECT ${standsAs(fate)}`,
  };
  if (partitioned) return [added];
  return [
    added,
    {
      id: `check-foreign-key:${table}.${key.name}`,
      on,
      title: `${table}: ${key.name} holds for the rows that are there`,
      sql: `ALTER TABLE ${relation(table)} VALIDATE CONSTRAINT ${name};`,
      done: `SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(${regclass(table)}) AND conname = ${literal(key.name)} AND convalidated)`,
    },
  ];
}

function constraintThere(table: TableName, name: string, columns?: number): string {
  const wide = columns === undefined ? '' : ` AND cardinality(conkey) = ${columns}`;
  return `EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(${regclass(table)}) AND conname = ${literal(name)}${wide})`;
}
