/** What the schema and the statistics say: tables, columns, keys, views, functions. */

import type { SourceRef } from './source.js';

/** `schema.table`, the form used in every output. */
export type TableName = string;

export interface Column {
  readonly name: string;
  /** PostgreSQL's internal type name without length (`int8`, `varchar`, `numeric`); a user's type as `schema.name`. Unknown when inferred. */
  readonly type?: string;
  /** Set for a domain: the base type. `type` is then the domain's name. */
  readonly baseType?: string;
  /** A length was given, as for varchar(3), char(10). */
  readonly modified: boolean;
  /** That length, in characters, of varchar and char. */
  readonly length?: number;
  readonly array: boolean;
  readonly nullable: boolean;
  readonly default?: ColumnDefault;
  /** Columns that a GENERATED ALWAYS AS (…) STORED column is computed from. */
  readonly generatedFrom?: readonly string[];
  /** Explicit COLLATE, `schema.name`. */
  readonly collation?: string;
}

export interface ColumnDefault {
  readonly kind: 'constant' | 'sequence' | 'expression';
  /** The expression's text. */
  readonly text: string;
}

export interface UniqueKey {
  readonly name: string;
  /** Plain columns; empty when the index is on expressions only. */
  readonly columns: readonly string[];
  readonly primary: boolean;
  /** It has expressions beside columns. */
  readonly expressions: boolean;
  /** A partial index (WHERE …). */
  readonly partial: boolean;
  readonly constraint: boolean;
  /** An exclusion constraint. */
  readonly exclusion: boolean;
  /** Columns that it compares under a collation of the schema, which may take different values for equal. Not in `columns`. */
  readonly collated?: readonly string[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: TableName;
  /** Same length as `columns`. The target's primary key when the DDL names none. */
  readonly targetColumns: readonly string[];
  readonly onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';
  readonly onUpdate: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';
  readonly matchFull?: true;
  /** When it is checked where the transaction does not say; absent where it cannot be put off. */
  readonly deferrable?: 'immediate' | 'deferred';
}

export interface Trigger {
  readonly name: string;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  /** `schema.function`. */
  readonly function: string;
  /** Functions that its WHEN calls, as written. */
  readonly whenCalls?: readonly (readonly string[])[];
}

export interface Policy {
  readonly name: string;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  /** SQL text of USING and WITH CHECK. */
  readonly using?: string;
  readonly check?: string;
  readonly permissive: boolean;
}

export interface Rule {
  readonly name: string;
  readonly event: 'select' | 'insert' | 'update' | 'delete';
  readonly instead: boolean;
}

export interface Index {
  readonly name: string;
  readonly columns: readonly string[];
}

/** What storing a row runs without being told to: a CHECK, a generated column. */
export interface RowCode {
  /** 'the check c of public.t' */
  readonly what: string;
  /** Functions that it calls, as written. */
  readonly calls: readonly (readonly string[])[];
  /** An UPDATE of none of these leaves it alone. Any update runs it when not set. */
  readonly columns?: readonly string[];
}

export interface Table {
  readonly name: TableName;
  readonly columns: readonly Column[];
  /** False when the columns were inferred from statements and there may be more. */
  readonly columnsComplete: boolean;
  readonly uniqueKeys: readonly UniqueKey[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly rules: readonly Rule[];
  readonly policies: readonly Policy[];
  /** Of the table and of all that its rows may lie in; only what calls functions. */
  readonly rowCode: readonly RowCode[];
  readonly rowSecurity: 'off' | 'enabled' | 'forced';
  /** Partition or child of this table (declarative partitioning or INHERITS). */
  readonly parent?: TableName;
  /** How it hangs on the parent. */
  readonly parentKind?: 'partition' | 'inherits';
  readonly partitionKey?: readonly string[];
  readonly unlogged: boolean;
  readonly source?: SourceRef;
  readonly statistics?: TableStatistics;
}

export interface TableStatistics {
  readonly rowCount?: number;
  readonly totalBytes?: number;
  readonly columns: Readonly<Record<string, ColumnStatistics>>;
}

export interface ColumnStatistics {
  /** Absolute number of distinct values. */
  readonly distinct?: number;
  /** 0…1. */
  readonly nullShare?: number;
  /** Frequencies of the most common values, 0…1, highest first. Never the values. */
  readonly commonFrequencies: readonly number[];
}

export interface View {
  readonly name: TableName;
  readonly columns: readonly string[];
  /** SQL text of its query. */
  readonly query: string;
  readonly materialized: boolean;
  readonly source?: SourceRef;
}

export interface SqlFunction {
  /** `schema.name`. */
  readonly name: string;
  readonly language: string;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly argumentNames: readonly string[];
  readonly argumentCount: number;
  /** The body's text, for LANGUAGE sql and others alike. */
  readonly body?: string;
  readonly kind: 'function' | 'procedure' | 'aggregate';
  readonly returnsTrigger: boolean;
  /** Its one argument is a row: `u.f` may be written for `f(u)`. */
  readonly takesRow?: true;
  /** Of a trigger function in PL/pgSQL: what it assigns of the row at hand. */
  readonly rowTargets?: RowTargets;
  /** SET search_path: where its body's names are looked up, wherever it is called from. */
  readonly searchPath?: readonly string[];
  readonly securityDefiner?: true;
  readonly source?: SourceRef;
}

export interface RowTargets {
  /** Columns of NEW that it may set. */
  readonly newColumns: readonly string[] | 'any';
  /** It sets something of OLD. */
  readonly oldRow: boolean;
}

/** A part of the schema that could not be read: counted and shown, the rest is used. */
export interface UnreadableSchemaPart {
  readonly reason: string;
  readonly source: SourceRef;
}

export interface Catalog {
  /** By name. */
  readonly tables: ReadonlyMap<TableName, Table>;
  readonly views: ReadonlyMap<TableName, View>;
  /** By `schema.name`; overloads together. */
  readonly functions: ReadonlyMap<string, readonly SqlFunction[]>;
  /** Functions behind the operators that the schema defines, as written there, by the operator's symbol. */
  readonly operators: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** `schema.type` of enums and composites known. */
  readonly types: ReadonlySet<string>;
  /** Sequences as `schema.name`. */
  readonly sequences: readonly string[];
  /** Where unqualified names are looked up, in order. */
  readonly searchPath: readonly string[];
  /** 'schema': read from DDL; 'inferred': made up from the statements; 'plan': only what a plan names. */
  readonly origin: 'schema' | 'inferred' | 'plan';
  readonly unreadable: readonly UnreadableSchemaPart[];
}
