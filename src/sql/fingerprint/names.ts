/**
 * What the names of a statement mean, as far as a fingerprint needs it: each relation of FROM is a number, whatever it is
 * called, and a column is one of a relation. Where a name can mean several things it stays as it is written.
 */

import { columnOf } from '../../catalog/index.js';
import type { Table } from '../../model/index.js';
import type { DataStatement, NamePath, OutputItem, SelectStatement } from '../../syntax/index.js';

export interface NamedRelation {
  readonly number: number;
  readonly alias: string;
  /** Schema and name, for `public.orders.id`. */
  readonly qualified?: NamePath;
  /** Of a table of the catalog. */
  readonly table?: Table;
  /** Of a derived table or CTE, in order; undefined where they are not known by name. */
  readonly outputs?: readonly (string | undefined)[];
}

/** Relations of one FROM, innermost level first. */
export type Levels = readonly (readonly NamedRelation[])[];

export function nameOfColumn(levels: Levels, path: NamePath): string {
  const column = path[path.length - 1] ?? '';
  const relation = path.length === 1 ? ownerOf(levels, column) : calledBy(levels, path.slice(0, -1));
  if (relation !== undefined) return `${relation.number}.${positionIn(relation, column)}`;
  const row = path.length === 1 ? calledBy(levels, path) : undefined;
  return row === undefined ? path.map((part) => JSON.stringify(part)).join('.') : `${row.number}.row`;
}

export function calledBy(levels: Levels, qualifier: NamePath): NamedRelation | undefined {
  for (const level of levels) {
    const found = level.filter((relation) => isCalled(relation, qualifier));
    if (found.length > 0) return found.length === 1 ? found[0] : undefined;
  }
  return undefined;
}

function isCalled({ alias, qualified }: NamedRelation, qualifier: NamePath): boolean {
  if (qualifier.length === 1) return alias === qualifier[0];
  return qualified !== undefined && qualifier.join('\0') === qualified.join('\0');
}

/** The one relation that an unqualified column can only belong to. */
function ownerOf(levels: Levels, column: string): NamedRelation | undefined {
  const [only] = levels[0] ?? [];
  // Whatever the schema says by now: there is nothing else that it could be of.
  if (levels.length === 1 && levels[0]?.length === 1 && only?.alias !== column) return only;
  for (const level of levels) {
    const having = level.filter((relation) => hasColumn(relation, column) === 'yes');
    if (having.length > 0) return having.length === 1 ? having[0] : undefined;
    const possible = level.filter((relation) => hasColumn(relation, column) === 'maybe');
    if (possible.length > 0) return possible.length === 1 ? possible[0] : undefined;
  }
  return undefined;
}

function hasColumn({ alias, table, outputs }: NamedRelation, column: string): 'yes' | 'no' | 'maybe' {
  if (outputs !== undefined) {
    if (outputs.includes(column)) return 'yes';
    return outputs.includes(undefined) && alias !== column ? 'maybe' : 'no';
  }
  if (table === undefined) return alias === column ? 'no' : 'maybe';
  if (columnOf(table, column) !== undefined) return 'yes';
  return table.columnsComplete || alias === column ? 'no' : 'maybe';
}

/** Names that a query gives its outputs mean nothing: the place does. */
function positionIn({ outputs }: NamedRelation, column: string): string {
  const at = outputs?.includes(undefined) === false ? outputs.indexOf(column) : -1;
  return at < 0 ? JSON.stringify(column) : `#${at}`;
}

/** What the outputs of a statement are called; undefined where that is not known, as of a star. */
export function outputNames(statement: DataStatement): readonly (string | undefined)[] {
  if (statement.kind !== 'select') return statement.returning.map(outputName);
  const { body } = statement;
  switch (body.kind) {
    case 'core':
      return body.output.map(outputName);
    case 'setOperation':
      return outputNames(body.left);
    case 'values':
      return (body.rows[0] ?? []).map((_, at) => `column${at + 1}`);
  }
}

function outputName({ alias, expr }: OutputItem): string | undefined {
  if (alias !== undefined) return alias;
  if (expr.kind === 'column') return expr.path[expr.path.length - 1];
  if (expr.kind === 'call') return expr.name[expr.name.length - 1];
  return undefined;
}

/** What ORDER BY and GROUP BY may call the outputs: by their aliases; those of a set operation by any name. */
export function aliasPositions(statement: SelectStatement): ReadonlyMap<string, number> {
  const { body } = statement;
  const names = body.kind === 'core' ? body.output.map(({ alias }) => alias) : outputNames(statement);
  return new Map(names.flatMap((name, at) => (name === undefined ? [] : [[name, at] as const])));
}
