/**
 * The catalog while it is being read: what the statements so far have made, changed and dropped.
 *
 * Only the reading of DDL sees it, and only there is anything changed in place: DDL is a history of changes, and a view or
 * a foreign key must follow a table through its renames. `settle` turns the final draft into the frozen `Catalog`.
 */

import type {
  Column,
  ForeignKey,
  Index,
  Policy,
  Rule,
  SourceRef,
  SqlFunction,
  TableName,
  Trigger,
  UniqueKey,
  UnreadableSchemaPart,
} from '../../model/index.js';

/** A column before domains are resolved and parents are merged in; a partition's override may have no type at all. */
export type DraftColumn = Omit<Column, 'baseType'> & {
  /** Functions that the expression of a generated column calls. */
  readonly generatedCalls?: readonly NamePath[];
  /** Functions that the checks of a domain call. */
  readonly domainCalls?: readonly NamePath[];
};

/** `schema.name` in its parts, or the name alone, as written. */
export type NamePath = readonly string[];

export interface DraftCheck {
  readonly name: string;
  readonly calls: readonly NamePath[];
}

/** `targetColumns` empty: the target's primary key, known only at the end. */
export type DraftForeignKey = ForeignKey;

export interface Switchable {
  /** DISABLE TRIGGER, DISABLE RULE. */
  readonly disabled: boolean;
}

export interface DraftTable {
  name: TableName;
  columns: readonly DraftColumn[];
  columnsComplete: boolean;
  uniqueKeys: readonly UniqueKey[];
  foreignKeys: readonly DraftForeignKey[];
  checks: readonly DraftCheck[];
  indexes: readonly Index[];
  triggers: readonly (Trigger & Switchable)[];
  rules: readonly (Rule & Switchable)[];
  policies: readonly Policy[];
  rowSecurity: { enabled: boolean; forced: boolean };
  /** More than one only for INHERITS (a, b). */
  parents: readonly TableName[];
  parentKind: 'partition' | 'inherits' | undefined;
  /** It had its columns, in its own order, before it got a parent. */
  keepsOrder?: true;
  partitionKey: readonly string[] | undefined;
  unlogged: boolean;
  source: SourceRef;
}

/** A relation named in a view's text: written unqualified or under a name it has lost since, so its place is kept. */
export interface WrittenRelation {
  /** Byte offsets in the view's query text. */
  readonly start: number;
  readonly end: number;
  readonly writtenName: string;
  readonly hasAlias: boolean;
  /** The thing itself when it was known, so that renames are followed. */
  readonly relation: DraftTable | DraftView | undefined;
}

export interface DraftView {
  name: TableName;
  /** Names given in the view's own column list; they rename the first output columns of the query. */
  givenColumns: readonly string[];
  /** The query's parse tree, for the names of its output columns. */
  queryNode: unknown;
  queryText: string;
  written: readonly WrittenRelation[];
  /** Where its unqualified names were looked up. */
  path: readonly string[];
  materialized: boolean;
  source: SourceRef;
}

export interface DraftFunction extends SqlFunction {
  /** Input types, to tell overloads apart. */
  readonly signature: string;
}

export interface Domain {
  readonly type: DraftColumn;
}

export interface Draft {
  readonly tables: Map<TableName, DraftTable>;
  readonly views: Map<TableName, DraftView>;
  readonly functions: Map<string, readonly DraftFunction[]>;
  /** By symbol: what each overload calls. */
  readonly operators: Map<string, readonly NamePath[]>;
  readonly domains: Map<string, Domain>;
  /** Composite types with their columns, for CREATE TABLE … OF. */
  readonly composites: Map<string, readonly DraftColumn[]>;
  /** Enums, ranges. */
  readonly otherTypes: Set<string>;
  readonly collations: Set<string>;
  readonly sequences: Set<string>;
  /** Temporary tables of the file being read: they hide real ones and are not part of the schema. */
  readonly temporary: Set<string>;
  /** Where this session looks names up now. */
  sessionPath: readonly string[];
  /** Paths that SET search_path named, in order of appearance. */
  readonly sessionPaths: (readonly string[])[];
  /** ALTER DATABASE … SET search_path; ALTER ROLE … SET search_path. */
  databasePath: readonly string[] | undefined;
  readonly rolePaths: (readonly string[])[];
  readonly unreadable: UnreadableSchemaPart[];
}

export function newDraft(): Draft {
  return {
    tables: new Map(),
    views: new Map(),
    functions: new Map(),
    operators: new Map(),
    domains: new Map(),
    composites: new Map(),
    otherTypes: new Set(),
    collations: new Set(),
    sequences: new Set(),
    temporary: new Set(),
    sessionPath: ['public'],
    sessionPaths: [],
    databasePath: undefined,
    rolePaths: [],
    unreadable: [],
  };
}

export function newTable(name: TableName, source: SourceRef): DraftTable {
  return {
    name,
    columns: [],
    columnsComplete: true,
    uniqueKeys: [],
    foreignKeys: [],
    checks: [],
    indexes: [],
    triggers: [],
    rules: [],
    policies: [],
    rowSecurity: { enabled: false, forced: false },
    parents: [],
    parentKind: undefined,
    partitionKey: undefined,
    unlogged: false,
    source,
  };
}

/** Tables that hang on this one directly. */
export function childrenOf(draft: Draft, name: TableName): readonly DraftTable[] {
  const children: DraftTable[] = [];
  for (const table of draft.tables.values()) {
    if (table.parents.length > 0 && table.parents.includes(name)) children.push(table);
  }
  return children;
}

/** The table and, unless ONLY was written, everything below it: column changes go down the tree. */
export function withDescendants(draft: Draft, table: DraftTable, only: boolean): readonly DraftTable[] {
  if (only) return [table];
  const found = new Set<DraftTable>([table]);
  for (const member of found) {
    for (const child of childrenOf(draft, member.name)) found.add(child);
  }
  return [...found];
}

/** The tables above it, up to the root. */
export function lineOf(draft: Draft, table: DraftTable): readonly DraftTable[] {
  const found = new Set<DraftTable>([table]);
  for (const member of found) {
    for (const name of member.parents) {
      const parent = draft.tables.get(name);
      if (parent !== undefined) found.add(parent);
    }
  }
  return [...found];
}

/** A table's columns: those of its parents first, each with what the table itself says about it. */
export function mergedColumns(
  draft: Draft,
  table: DraftTable,
  seen: ReadonlySet<string> = new Set(),
): readonly DraftColumn[] {
  if (table.parents.length === 0 || seen.has(table.name)) return table.columns;
  const own = new Map(table.columns.map((column) => [column.name, column]));
  const merged = new Map<string, DraftColumn>();
  for (const parentName of table.parents) {
    const parent = draft.tables.get(parentName);
    if (!parent) continue;
    for (const column of mergedColumns(draft, parent, new Set([...seen, table.name]))) {
      const known = merged.get(column.name);
      merged.set(column.name, known ? overridden(column, known) : column);
    }
  }
  for (const [name, column] of own) {
    const inherited = merged.get(name);
    merged.set(name, inherited ? overridden(inherited, column) : column);
  }
  const names = table.keepsOrder === true ? new Set([...own.keys(), ...merged.keys()]) : merged.keys();
  return [...names].flatMap((name) => merged.get(name) ?? []);
}

function overridden(inherited: DraftColumn, own: DraftColumn): DraftColumn {
  const typed = own.type === undefined ? inherited : own;
  const { length: _own, ...said } = own;
  const { length: _inherited, ...kept } = inherited;
  return {
    ...kept,
    ...said,
    ...(typed.length === undefined ? {} : { length: typed.length }),
    ...(typed.type === undefined ? {} : { type: typed.type }),
    modified: typed.modified,
    array: typed.array,
    nullable: inherited.nullable && own.nullable,
  };
}
