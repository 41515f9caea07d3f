/** What an erasure of one key reaches: rows beside it, rows that refer to it from elsewhere, statements that delete today. */

import {
  byCodeUnit,
  type Catalog,
  type ForeignKey,
  type StatementReport,
  type TableName,
} from '../../model/index.js';
import type { Facts } from './facts.js';
import type { KeyGroup, ShardedTable } from './key-groups.js';
import { lookupName, lookupsOf } from './lookups.js';
import { ident, quote } from './sql-words.js';

export interface Erasure {
  readonly group: KeyGroup;
  /** Rows that carry the key: one shard has them. Referring rows first, so that no foreign key is in the way. */
  readonly local: readonly ShardedTable[];
  /** Lookup tables to be built that hold values of these rows, under another key. */
  readonly lookups: readonly string[];
  /** Rows under another key that refer to rows of the key's owner. */
  readonly elsewhere: readonly Referring[];
  /** Columns elsewhere that are called like the key, without a reference. */
  readonly alike: readonly { readonly table: TableName; readonly column: string }[];
  readonly deletes: readonly StatementReport[];
}

export interface Referring {
  readonly table: TableName;
  readonly column: string;
  readonly target: TableName;
  readonly onDelete: ForeignKey['onDelete'];
}

export function erasureOf(facts: Facts, group: KeyGroup): Erasure {
  const members = membersOf(group);
  return {
    group,
    local: inDeletionOrder(facts.catalog, group.tables),
    lookups: lookupsOf(facts)
      .filter(({ table, columns }) => members.has(table) && columns.length > 0)
      .map((one) => lookupName(facts, one)),
    elsewhere: referringFrom(facts, group),
    alike: calledAlike(facts, group),
    deletes: facts.analysis.statements.filter(
      ({ text, verdict }) =>
        /^\s*(?:with\b[\s\S]*\b)?delete\b/i.test(text) && verdict.tables.some((name) => members.has(name)),
    ),
  };
}

/** A table before those that it refers to; circles fall back on names. */
function inDeletionOrder(catalog: Catalog, tables: readonly ShardedTable[]): readonly ShardedTable[] {
  const left = new Map([...tables].sort((a, b) => byCodeUnit(a.name, b.name)).map((one) => [one.name, one]));
  const ordered: ShardedTable[] = [];
  while (left.size > 0) {
    const isReferredTo = (name: TableName): boolean =>
      [...left.keys()].some(
        (other) =>
          other !== name &&
          (catalog.tables.get(other)?.foreignKeys ?? []).some(({ target }) => target === name),
      );
    const free = [...left.values()].filter(({ name }) => !isReferredTo(name));
    for (const one of free.length > 0 ? free : [...left.values()].slice(0, 1)) {
      ordered.push(one);
      left.delete(one.name);
    }
  }
  return ordered;
}

function membersOf({ tables }: KeyGroup): ReadonlySet<TableName> {
  return new Set(tables.map(({ name }) => name));
}

/** From tables of other domains, and from rows of this one that have another key of it: a message's reader, a row's parent. */
function referringFrom({ catalog, analysis }: Facts, group: KeyGroup): readonly Referring[] {
  const members = membersOf(group);
  const keyOf = new Map(group.tables.map(({ name, placement }) => [name, placement.key]));
  return [...analysis.plan.tables.keys()].sort(byCodeUnit).flatMap((name) =>
    (catalog.tables.get(name)?.foreignKeys ?? [])
      .filter(({ target, targetColumns, columns }) => {
        if (!members.has(target)) return false;
        if (!members.has(name)) return true;
        const isToKey = targetColumns.includes(keyOf.get(target) ?? '');
        return isToKey && !columns.includes(keyOf.get(name) ?? '');
      })
      .map(({ columns, target, onDelete }) => ({
        table: name,
        column: columns.at(-1) ?? '',
        target,
        onDelete,
      })),
  );
}

/** `id` is everybody's name. */
function calledAlike({ catalog, analysis }: Facts, group: KeyGroup): Erasure['alike'] {
  const members = membersOf(group);
  const names = new Set(group.tables.map(({ placement }) => placement.key).filter((key) => key !== 'id'));
  return [...analysis.plan.tables.keys()].sort(byCodeUnit).flatMap((table) => {
    const known = catalog.tables.get(table);
    if (members.has(table) || known === undefined) return [];
    const referring = new Set(
      known.foreignKeys.flatMap(({ target, columns }) => (members.has(target) ? columns : [])),
    );
    return known.columns
      .filter(({ name }) => names.has(name) && !referring.has(name))
      .map(({ name }) => ({ table, column: name }));
  });
}

export function localSql({ local }: Erasure): string {
  return local
    .map(({ name, placement }) => `DELETE FROM ${ident(name)} WHERE ${quote(placement.key)} = $1;`)
    .join('\n');
}
