/**
 * Which rows a new row refers to. Rows that belong together agree: an order's payment has the order's user, and the listing in a
 * cart its own shop. So parents furthest from the roots are drawn first, and what they say of a column of the same name holds.
 */

import type { LabColumn, LabForeignKey, LabTable } from './describe.js';
import type { Draws } from './random.js';

/** Texts of the columns that others may ask for. */
export type Row = ReadonlyMap<string, string | null>;

/** Rows that are in, by table. */
export type Filled = ReadonlyMap<string, readonly Row[]>;

export interface Reference extends LabForeignKey {
  readonly columnsOf: readonly LabColumn[];
  readonly optional: boolean;
  /** Each row of the target at most once. */
  readonly once: boolean;
  /** Columns that take over what the parent row says under the same name. */
  readonly inherited: readonly string[];
}

/**
 * Foreign keys, and what everyone takes for one: a column without a foreign key that has the name, and the type, of columns that
 * all refer to the same. The deepest targets first, the table itself last.
 */
export function referencesOf(table: LabTable, tables: readonly LabTable[]): readonly Reference[] {
  const byName = new Map(tables.map((one) => [one.name, one]));
  const depth = depths(byName);
  const declared = table.foreignKeys.filter(({ target }) => byName.has(target));
  const usual = usualTargets(tables);
  const implied = table.columns.flatMap(({ name, type, generated }): LabForeignKey[] => {
    const target = usual.get(`${name} ${type}`);
    const isKey = table.unique.some((columns) => columns.length === 1 && columns[0] === name);
    const isDeclared = declared.some(({ columns }) => columns.includes(name));
    if (target === undefined || generated || isKey || isDeclared || target.table === table.name) return [];
    return [{ name: '', columns: [name], target: target.table, targetColumns: [target.column] }];
  });
  return [...declared, ...implied]
    .map((key) => reference(key, table, byName.get(key.target) as LabTable))
    .sort((a, b) => rank(b) - rank(a));

  function rank({ target, name }: Reference): number {
    // What is only implied gives way to what is declared.
    return target === table.name ? -2 : name === '' ? -1 : (depth.get(target) ?? 0);
  }
}

function reference(key: LabForeignKey, table: LabTable, target: LabTable): Reference {
  const columnsOf = key.columns.map((name) => table.columns.find((one) => one.name === name) as LabColumn);
  const referring = new Set(target.foreignKeys.flatMap(({ columns }) => columns));
  const sameType = ({ name, type }: LabColumn): boolean =>
    target.columns.some((other) => other.name === name && other.type === type);
  return {
    ...key,
    columnsOf,
    optional: columnsOf.some(({ nullable }) => nullable),
    once: table.unique.some((columns) => columns.every((column) => key.columns.includes(column))),
    inherited: table.columns
      .filter(
        (column) => !key.columns.includes(column.name) && referring.has(column.name) && sameType(column),
      )
      .map(({ name }) => name),
  };
}

interface Target {
  readonly table: string;
  readonly column: string;
}

/** By `column type`: what single-column foreign keys of that name refer to, when they all refer to the same. */
function usualTargets(tables: readonly LabTable[]): ReadonlyMap<string, Target> {
  const found = new Map<string, Target | undefined>();
  for (const { foreignKeys, columns } of tables) {
    for (const { columns: from, target, targetColumns } of foreignKeys) {
      const [name, column] = [from[0] as string, targetColumns[0] as string];
      if (from.length !== 1) continue;
      const key = `${name} ${columns.find((one) => one.name === name)?.type}`;
      const before = found.get(key);
      const isOther = found.has(key) && (before?.table !== target || before.column !== column);
      found.set(key, isOther ? undefined : { table: target, column });
    }
  }
  return new Map(
    [...found].flatMap(([key, target]) => (target === undefined ? [] : [[key, target] as const])),
  );
}

/** The longest way to a table that refers to none; circles are cut. */
function depths(tables: ReadonlyMap<string, LabTable>): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  const visit = (table: LabTable): number => {
    const before = known.get(table.name);
    if (before !== undefined) return before;
    known.set(table.name, 0);
    const below = table.foreignKeys.flatMap(({ target }) => {
      const parent = tables.get(target);
      return parent === undefined || parent === table ? [] : [visit(parent) + 1];
    });
    const depth = Math.max(0, ...below);
    known.set(table.name, depth);
    return depth;
  };
  for (const table of tables.values()) visit(table);
  return known;
}

/** Columns whose values are asked for after the rows are in: of keys that are referred to, and of references. */
export function rememberedColumns(table: LabTable, references: readonly Reference[]): readonly string[] {
  const targets = references
    .filter(({ target }) => target === table.name)
    .flatMap((one) => one.targetColumns);
  const own = table.foreignKeys.flatMap(({ columns }) => columns);
  const asked = new Set([...targets, ...own]);
  return table.columns.map(({ name }) => name).filter((name) => asked.has(name));
}

/** How many rows are looked at for one that agrees with what is fixed already. */
const mostLooks = 4000;

/**
 * Fills the columns of the references into `row`. False when a row that has to be there is not.
 */
export function refer(
  row: Map<string, string | null>,
  references: readonly Reference[],
  filled: Filled,
  turns: ReadonlyMap<Reference, readonly Row[]>,
  at: number,
  draws: Draws,
): boolean {
  for (const one of references) {
    const parent = parentOf(row, one, filled, turns, at, draws);
    if (parent === undefined && !one.optional && one.name !== '') return false;
    one.columns.forEach((column, i) => {
      if (parent !== undefined) row.set(column, parent.get(one.targetColumns[i] as string) ?? null);
      else if (!row.has(column) && one.columnsOf[i]?.nullable === true) row.set(column, null);
    });
    for (const column of one.inherited) {
      const value = parent?.get(column);
      if (value !== undefined && value !== null && !row.has(column)) row.set(column, value);
    }
  }
  return true;
}

function parentOf(
  row: ReadonlyMap<string, string | null>,
  reference: Reference,
  filled: Filled,
  turns: ReadonlyMap<Reference, readonly Row[]>,
  at: number,
  draws: Draws,
): Row | undefined {
  const { columns, targetColumns, optional, target } = reference;
  const parents = filled.get(target) ?? [];
  const fixed = columns.flatMap((column, i) => {
    const value = row.get(column);
    return value === undefined ? [] : [[targetColumns[i] as string, value] as const];
  });
  if (fixed.some(([, value]) => value === null)) return undefined;
  if (fixed.length > 0) {
    const start = draws.below(Math.max(1, parents.length));
    for (let i = 0; i < Math.min(parents.length, mostLooks); i += 1) {
      const parent = parents[(start + i) % parents.length] as Row;
      if (fixed.every(([column, value]) => parent.get(column) === value)) return parent;
    }
    return undefined;
  }
  if (parents.length === 0 || (optional && draws.share() < 0.25)) return undefined;
  const turn = turns.get(reference);
  return turn === undefined ? draws.pickSkewed(parents) : turn[at % turn.length];
}
