/**
 * Key domains: columns that hold the same kind of value, so that tables sharded by them can share shards.
 *
 * Union-find over foreign keys, column by column, and over the equalities between columns that the workload joins by;
 * only columns of one hash family are put together. Columns that nothing links stay in a domain of their own.
 */

import type { Catalog, TableName } from '../model/index.js';
import {
  columnNamed,
  distinctOf,
  familyOf,
  foreignKeysOf,
  isInPrimaryKey,
  mayShareDomain,
  plannedTables,
} from './columns.js';
import type { WeightedQuery } from './settings.js';

interface Member {
  readonly table: TableName;
  readonly column: string;
}

export interface Domains {
  /** `schema.table.column` of the domain's root: the label of a co-location group. */
  label(table: TableName, column: string): string;
  /** The most distinct values that a column of the domain is known to have. */
  distinct(table: TableName, column: string): number | undefined;
  /** Whether other tables have columns in it, or columns of this name that other tables share. */
  isShared(table: TableName, column: string): boolean;
}

export function findDomains(catalog: Catalog, queries: readonly WeightedQuery[]): Domains {
  const parent = new Map<string, string>();
  const members = new Map<string, Member>();
  const references = new Set<string>();
  const referenced = new Set<string>();
  const add = (member: Member): string => {
    const name = nameOf(member);
    if (!members.has(name)) {
      members.set(name, member);
      parent.set(name, name);
    }
    return name;
  };
  const root = (name: string): string => {
    let at = name;
    while (parent.get(at) !== undefined && parent.get(at) !== at) at = parent.get(at) as string;
    return at;
  };
  const link = (left: Member, right: Member): boolean => {
    if (!mayShareDomain(familyOfMember(catalog, left), familyOfMember(catalog, right))) return false;
    const [first, second] = [root(add(left)), root(add(right))].sort() as [string, string];
    parent.set(second, first);
    return true;
  };
  for (const [child, target] of foreignKeyPairs(catalog)) {
    if (!link(child, target)) continue;
    references.add(nameOf(child));
    referenced.add(nameOf(target));
  }
  for (const join of queries.flatMap((weighted) => weighted.query.joins)) link(join.left, join.right);

  const groups = new Map<string, Member[]>();
  for (const [name, member] of members) {
    const known = groups.get(root(name));
    if (known === undefined) groups.set(root(name), [member]);
    else known.push(member);
  }
  const labels = new Map(
    [...groups].map(([at, list]) => [at, labelOf(catalog, list, references, referenced)]),
  );
  const sharedNames = new Set(
    [...groups.values()].filter(isOfSeveralTables).flatMap((list) => list.map((member) => member.column)),
  );
  const groupOf = (member: Member): readonly Member[] => groups.get(root(nameOf(member))) ?? [member];
  return {
    label: (table, column) => labels.get(root(nameOf({ table, column }))) ?? nameOf({ table, column }),
    distinct: (table, column) => mostDistinct(catalog, groupOf({ table, column })),
    isShared: (table, column) => sharedNames.has(column) || isOfSeveralTables(groupOf({ table, column })),
  };
}

function isOfSeveralTables(members: readonly Member[]): boolean {
  return members.some((member) => member.table !== members[0]?.table);
}

function nameOf(member: Member): string {
  return `${member.table}.${member.column}`;
}

function familyOfMember(catalog: Catalog, member: Member): ReturnType<typeof familyOf> {
  return familyOf(columnNamed(catalog.tables.get(member.table), member.column));
}

function foreignKeyPairs(catalog: Catalog): readonly (readonly [Member, Member])[] {
  return plannedTables(catalog).flatMap((table) =>
    foreignKeysOf(catalog, table).flatMap((key) =>
      key.columns.map((column, at): readonly [Member, Member] => [
        { table: table.name, column },
        { table: key.target, column: key.targetColumns[at] as string },
      ]),
    ),
  );
}

/** The column that others refer to and that refers to none; among several a primary key, then the smallest name. */
function labelOf(
  catalog: Catalog,
  members: readonly Member[],
  references: ReadonlySet<string>,
  referenced: ReadonlySet<string>,
): string {
  const roots = members.filter((member) => referenced.has(nameOf(member)) && !references.has(nameOf(member)));
  const among = roots.length > 0 ? roots : members;
  const primary = among.filter((member) => isInPrimaryKey(catalog.tables.get(member.table), member.column));
  const names = (primary.length > 0 ? primary : among).map(nameOf).sort();
  return names[0] as string;
}

function mostDistinct(catalog: Catalog, members: readonly Member[]): number | undefined {
  const known = members.flatMap(({ table, column }) => distinctOf(catalog.tables.get(table), column) ?? []);
  return known.length === 0 ? undefined : known.reduce((a, b) => Math.max(a, b));
}
