/**
 * A statement's facts, free of any placement: which tables it touches through which instances, which columns are forced
 * to be equal to which constants or columns, what it writes, and the shape of its blocks.
 *
 * Equality knowledge is a directed graph over *nodes*. A node is a column of an instance, an output column of a derived
 * table, a constant, or a hub of one equality class. "Constant c flows to column k" reads: every row of k's instance that
 * can influence the result has k = c. Flows are directed because outer joins, limits and aggregates let knowledge pass
 * one way only; a flow with several sources fires when all of them carry the same constant (arms of a set operation).
 */

import type { TableName } from './catalog.js';
import type { KeyConstant } from './verdict.js';

export type NodeId = number;
export type InstanceId = number;
export type BlockId = number;

export type Access = 'read' | 'lock' | 'insert' | 'update' | 'delete';

/** One appearance of a base table in a statement, views and CTEs being read in. */
export interface Instance {
  readonly id: InstanceId;
  readonly table: TableName;
  /** As evidence names it: the alias or table name. */
  readonly label: string;
  readonly access: Access;
  /** Nodes of the columns that the statement mentions. Columns absent here are equal to nothing. */
  readonly columns: ReadonlyMap<string, NodeId>;
  /** Its block's WHERE can never be true, so its rows influence nothing. */
  readonly vacuous: boolean;
  /** Not written in the statement: read in through a policy, a cascading foreign key, a function's body. */
  readonly via?: string;
}

export interface Flow {
  readonly from: readonly NodeId[];
  readonly to: NodeId;
  /** The equality behind it, printable; empty for structural steps. */
  readonly because: string;
}

/** A source of key values. */
export type Source =
  | { readonly kind: 'one'; readonly node: NodeId; readonly constant: KeyConstant; readonly label: string }
  | {
      readonly kind: 'list';
      readonly node: NodeId;
      /** When every element is known. */
      readonly constants?: readonly KeyConstant[];
      /** Number of elements when known. */
      readonly length?: number;
      readonly label: string;
    };

/** What stands on the preserved side of a block's FROM: only these may drive a scatter. */
export type Leaf = { readonly instance: InstanceId } | { readonly block: BlockId };

/** Rows that agree in these are kept together: by GROUP BY, PARTITION BY or DISTINCT ON. */
export interface RowsTogether {
  /** Plain columns; expressions are left out. */
  readonly columns: readonly NodeId[];
  /** Instances whose whole primary key is among the columns: all their columns are fixed with it. */
  readonly wholeRows: readonly InstanceId[];
}

export interface Block {
  readonly id: BlockId;
  readonly shape: 'core' | 'union' | 'intersect' | 'except' | 'other';
  readonly all: boolean;
  /** Arms of a set operation. */
  readonly arms: readonly BlockId[];
  /** core: leaves that no outer join can null-extend. */
  readonly preserved: readonly Leaf[];
  /** Undefined without GROUP BY. */
  readonly groupingSets?: readonly RowsTogether[];
  readonly aggregates: 'none' | 'mergeable' | 'other';
  readonly having: boolean;
  /** PARTITION BY of each window. */
  readonly windows: readonly RowsTogether[];
  readonly distinct: boolean;
  readonly distinctOn?: RowsTogether;
  /** LIMIT, OFFSET, FETCH or TABLESAMPLE. */
  readonly limited: boolean;
  /** Where rows are compared as wholes (DISTINCT, UNION, INTERSECT, EXCEPT): output columns, undefined where no plain column. */
  readonly outputs: readonly (NodeId | undefined)[];
}

/** What an instance's write does, beside which rows it touches. */
export interface Write {
  readonly instance: InstanceId;
  readonly table: TableName;
  readonly kind: 'insert' | 'update' | 'delete';
  /** Columns that UPDATE, DO UPDATE or MERGE set, generated columns' inputs expanded. */
  readonly setColumns: readonly string[];
  /** INSERT: columns that get a value, a constant default counting as one; undefined when unknown. */
  readonly givenColumns?: readonly string[];
  /** INSERT: given columns whose value the server makes (nextval, DEFAULT with an expression). */
  readonly generatedColumns: readonly string[];
  /**
   * ON CONFLICT: column sets of the unique indexes that decide; each must contain the key. 'unknown' when they cannot be
   * known. Absent without ON CONFLICT.
   */
  readonly arbiters?: readonly (readonly string[])[] | 'unknown';
  /** BEFORE triggers that may change these columns ('any' when it cannot be told). */
  readonly triggerColumns: readonly string[] | 'any';
  /** Triggers that run on this write, for the report. */
  readonly hiddenWrites: readonly string[];
}

export interface Query {
  readonly command: 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'utility';
  readonly nodeCount: number;
  readonly instances: readonly Instance[];
  readonly flows: readonly Flow[];
  readonly sources: readonly Source[];
  readonly blocks: readonly Block[];
  readonly top: BlockId;
  readonly writes: readonly Write[];
  /** Reasons why the statement cannot be judged: code that is not seen, relations that are not known. */
  readonly unseen: readonly string[];
  /** Equalities between columns of different instances, for the co-access graph: sorted, unique. */
  readonly joins: readonly JoinPredicate[];
  /** The statement reads only system catalogs. */
  readonly systemOnly: boolean;
  /** Sorted, unique. */
  readonly tables: readonly TableName[];
}

export interface JoinPredicate {
  readonly left: { readonly table: TableName; readonly column: string };
  readonly right: { readonly table: TableName; readonly column: string };
}
