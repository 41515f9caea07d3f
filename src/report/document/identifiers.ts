/** Identifiers: what numbered itself by a sequence on one server needs another way on many. */

import type { ConstraintToChange } from '../../model/index.js';
import { code, codes } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, table } from './blocks.js';
import type { Facts } from './facts.js';
import { lookupName, lookupsOf } from './lookups.js';

export function identifierSection(facts: Facts): Section {
  const numbered = facts.constraints.filter(({ kind }) => kind === 'sequence');
  const lookups = lookupsOf(facts);
  if (numbered.length === 0 && lookups.length === 0) return { title: 'Identifiers', blocks: [] };
  return {
    title: 'Identifiers',
    blocks: [...sequences(facts, numbered), ...lookupTables(facts, lookups)],
  };
}

function sequences(facts: Facts, numbered: readonly ConstraintToChange[]): readonly Block[] {
  if (numbered.length === 0) return [];
  const rows = numbered.map((one) => {
    const [column = ''] = one.columns;
    const type = typeOf(facts, one.table, column);
    return [
      facts.name(one.table),
      code(column),
      code(type),
      waysOf(type),
      referring(facts, one.table, column),
    ];
  });
  return [
    say(
      `${plural(numbered.length, 'column')} of sharded tables number themselves by a sequence. Every shard would have its own and give out the same numbers.`,
    ),
    ...table(
      ['Table', 'Column', 'Type', 'From now on', 'Foreign keys that refer to it'],
      rows,
      `${field('constraints')} (kind sequence), types and references of the schema`,
    ),
    heading('Snowflake or UUID'),
    ...bullets([
      `**Snowflake id** where the column is ${code('bigint')}: time, worker and counter in 63 bits. No column, index or foreign key changes its type, ids stay ordered in time, and old ids stay valid as long as new ones begin above the highest old one.`,
      `**UUID** (version 7, ordered in time) where ids are made by clients or must not be guessed: every column that refers to it changes from 8 to 16 bytes, which rewrites those tables. Only for columns that are ${code('uuid')} already, or new.`,
      '**Disjoint ranges** of the old sequences, one for each shard, are the bridge: allocated before the cutover, not inside its pause, so that inserts that do not yet make their ids keep working.',
      'The key of a new row is made before the row is routed: a default on the shard comes too late to choose the shard.',
    ]),
  ];
}

function typeOf({ catalog }: Facts, table: string, column: string): string {
  return catalog.tables.get(table)?.columns.find(({ name }) => name === column)?.type ?? 'unknown';
}

function waysOf(type: string): string {
  switch (type) {
    case 'int8':
      return 'Snowflake id';
    case 'int4':
    case 'int2':
      return 'widen to bigint, then Snowflake id';
    case 'uuid':
      return 'UUID';
    default:
      return 'Snowflake id or UUID';
  }
}

function referring({ catalog, bare }: Facts, table: string, column: string): string {
  const names = [...catalog.tables.values()].flatMap(({ name, parent, foreignKeys }) =>
    parent === undefined &&
    foreignKeys.some(({ target, targetColumns }) => target === table && targetColumns.includes(column))
      ? [bare(name)]
      : [],
  );
  return names.length === 0 ? 'none' : codes(names.sort(), 8);
}

function lookupTables(facts: Facts, lookups: readonly ConstraintToChange[]): readonly Block[] {
  if (lookups.length === 0) return [];
  return [
    heading('Values that must stay unique over all shards'),
    say(
      'A lookup table for each, sharded by the value itself, holds the value once and says which key it belongs to: it keeps it unique, and it turns a look-up by the value into two statements on one shard each.',
      'It is written first, and a row without its owner is cleaned up by a job.',
      'The rows of today are put into it once the application writes it: until that is done, an old value could be given a second time, and a look-up would not find it.',
    ),
    ...table(
      ['Table', 'Columns', 'Constraint', 'Lookup table'],
      lookups.map((one) => [
        facts.name(one.table),
        codes(one.columns),
        code(one.name),
        one.columns.length === 0 ? 'of the expression' : code(lookupName(facts, one)),
      ]),
      field('constraints'),
    ),
  ];
}
