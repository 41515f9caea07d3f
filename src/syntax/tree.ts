/**
 * The neutral syntax tree: the one small language both readers are translated into.
 *
 * It keeps what routability needs to see (relations, columns, equalities, writes, grouping, limits) and folds the rest of
 * SQL into `call` and `other` nodes whose children stay visible, so that no column or subquery is ever hidden by syntax
 * that nobody cared to model. Identifiers are as PostgreSQL folds them: lower case unless quoted.
 */

/** A possibly qualified name, outermost part first: `['public', 'orders']`, `['orders']`. */
export type NamePath = readonly string[];

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type Expr =
  | ColumnExpr
  | StarExpr
  | ParamExpr
  | LiteralExpr
  | CastExpr
  | OperatorExpr
  | LogicExpr
  | NotExpr
  | NullTestExpr
  | BooleanTestExpr
  | DistinctFromExpr
  | BetweenExpr
  | InListExpr
  | QuantifiedExpr
  | RowExpr
  | ArrayExpr
  | CallExpr
  | CollateExpr
  | SubqueryExpr
  | OtherExpr;

/** A column reference, `path` being all its parts: `['o', 'user_id']`. A whole-row reference to a table looks the same. */
export interface ColumnExpr {
  readonly kind: 'column';
  readonly path: NamePath;
}

/** `*` or `o.*` in a select list, in `count(*)` the call has `star: true` and no argument instead. `(expr).*` is `other: fields`. */
export interface StarExpr {
  readonly kind: 'star';
  /** The qualifier, empty for a bare `*`. */
  readonly qualifier: NamePath;
}

/** `$n`. An anonymiser's `?` gets numbers of its own, counted from 1 in order of appearance. */
export interface ParamExpr {
  readonly kind: 'param';
  readonly number: number;
}

/**
 * A constant as written. `number` is a numeric literal with its sign folded in ('42', '-1.5', '1e3'), `string` any quoted
 * string (its value, unescaped), `boolean` 'true' | 'false', `null` has an empty text.
 */
export interface LiteralExpr {
  readonly kind: 'literal';
  readonly type: 'number' | 'string' | 'boolean' | 'null' | 'bits';
  readonly text: string;
}

/** `expr::type`, `CAST(expr AS type)` and `type 'literal'` alike. */
export interface CastExpr {
  readonly kind: 'cast';
  readonly arg: Expr;
  readonly type: TypeName;
}

export interface TypeName {
  /**
   * PostgreSQL's internal name for built-in types whatever was written (`int4`, `int8`, `bool`, `varchar`, `bpchar`,
   * `timestamptz`, `numeric`, …), without `pg_catalog`; a user's type keeps its schema: `['public', 'mood']`.
   */
  readonly name: NamePath;
  /** A length, precision or interval field was given: `varchar(3)`, `numeric(10,2)`. `bpchar` from bare `char` counts as given. */
  readonly modified: boolean;
  readonly array: boolean;
}

/** Any binary or unary operator but AND, OR, NOT: `=`, `<`, `+`, `->>`, `~~` (LIKE), `OPERATOR(pg_catalog.=)` as `=`. */
export interface OperatorExpr {
  readonly kind: 'operator';
  readonly name: string;
  /** Schema given with OPERATOR(schema.op), when it is not pg_catalog. */
  readonly schema?: string;
  readonly left?: Expr;
  readonly right: Expr;
}

export interface LogicExpr {
  readonly kind: 'and' | 'or';
  /** Two or more, nested ANDs of ANDs flattened. */
  readonly args: readonly Expr[];
}

export interface NotExpr {
  readonly kind: 'not';
  readonly arg: Expr;
}

export interface NullTestExpr {
  readonly kind: 'nullTest';
  readonly arg: Expr;
  readonly negated: boolean;
}

/** `x IS [NOT] TRUE | FALSE | UNKNOWN`. */
export interface BooleanTestExpr {
  readonly kind: 'booleanTest';
  readonly arg: Expr;
  readonly test: 'true' | 'false' | 'unknown';
  readonly negated: boolean;
}

/** `a IS [NOT] DISTINCT FROM b`. */
export interface DistinctFromExpr {
  readonly kind: 'distinctFrom';
  readonly left: Expr;
  readonly right: Expr;
  readonly negated: boolean;
}

export interface BetweenExpr {
  readonly kind: 'between';
  readonly arg: Expr;
  readonly low: Expr;
  readonly high: Expr;
  readonly negated: boolean;
  readonly symmetric: boolean;
}

/** `x [NOT] IN (a, b, …)`. */
export interface InListExpr {
  readonly kind: 'inList';
  readonly arg: Expr;
  readonly items: readonly Expr[];
  readonly negated: boolean;
  /** The list was written `($1 /*, ... *\/)` by the server: one element stands for an unknown number of them. */
  readonly squashed: boolean;
}

/** `x op ANY (array)`, `x op ALL (array)`; a subquery operand is a `subquery` instead. */
export interface QuantifiedExpr {
  readonly kind: 'quantified';
  readonly left: Expr;
  readonly operator: string;
  readonly quantifier: 'any' | 'all';
  readonly array: Expr;
}

export interface RowExpr {
  readonly kind: 'row';
  readonly items: readonly Expr[];
}

export interface ArrayExpr {
  readonly kind: 'array';
  readonly items: readonly Expr[];
  /** `ARRAY[$1 /*, ... *\/]`. */
  readonly squashed: boolean;
}

/**
 * A function, aggregate or window call, and every function-like piece of syntax (`coalesce`, `nullif`, `greatest`,
 * `extract`, `substring`, `trim`, `current_timestamp`, …) under its lower-case name.
 */
export interface CallExpr {
  readonly kind: 'call';
  /** Schema-qualified as written, without a leading `pg_catalog`. */
  readonly name: NamePath;
  readonly args: readonly Expr[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly filter?: Expr;
  /** ORDER BY inside the call or WITHIN GROUP. */
  readonly orderBy: readonly Expr[];
  readonly over?: WindowSpec;
}

export interface WindowSpec {
  /** Name of a window of the WINDOW clause that is referred to. */
  readonly ref?: string;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly Expr[];
}

export interface CollateExpr {
  readonly kind: 'collate';
  readonly arg: Expr;
  readonly collation: NamePath;
}

export interface SubqueryExpr {
  readonly kind: 'subquery';
  readonly form: 'exists' | 'scalar' | 'array' | 'any' | 'all';
  readonly query: SelectStatement;
  /** For `any` (IN is `= any`) and `all`: the left operand (a `row` for several columns) and the operator. NOT IN is a `not` around it. */
  readonly test?: Expr;
  readonly operator?: string;
}

/** Anything else (CASE, subscripts, field selection, GROUPING, XML, JSON constructors, …): its parts stay visible. */
export interface OtherExpr {
  readonly kind: 'other';
  readonly what: string;
  readonly args: readonly Expr[];
}

// ── relations ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type FromItem = TableItem | DerivedItem | FunctionItem | JoinItem;

export interface Alias {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface TableItem {
  readonly kind: 'table';
  readonly name: NamePath;
  readonly alias?: Alias;
  /** FROM ONLY t. */
  readonly only: boolean;
  /** TABLESAMPLE was given. */
  readonly sampled: boolean;
}

export interface DerivedItem {
  readonly kind: 'derived';
  readonly query: SelectStatement;
  readonly alias?: Alias;
  readonly lateral: boolean;
}

/** Function(s) in FROM, also ROWS FROM (…), XMLTABLE, JSON_TABLE. */
export interface FunctionItem {
  readonly kind: 'function';
  readonly calls: readonly Expr[];
  readonly alias?: Alias;
  readonly lateral: boolean;
}

export interface JoinItem {
  readonly kind: 'join';
  readonly join: 'inner' | 'left' | 'right' | 'full';
  readonly left: FromItem;
  readonly right: FromItem;
  /** Absent for CROSS, NATURAL and USING joins. */
  readonly on?: Expr;
  readonly using: readonly string[];
  readonly natural: boolean;
  readonly alias?: Alias;
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Cte {
  readonly name: string;
  readonly columns: readonly string[];
  readonly statement: DataStatement;
  readonly materialized: boolean;
  /** SEARCH or CYCLE add columns that are not listed here. */
  readonly addsColumns?: true;
}

export interface WithClause {
  readonly recursive: boolean;
  readonly ctes: readonly Cte[];
}

export interface OutputItem {
  readonly expr: Expr;
  /** The name given with AS. */
  readonly alias?: string;
}

export interface GroupBy {
  /** The grouping sets, plain GROUP BY a, b being one set [a, b]; ROLLUP, CUBE and GROUPING SETS written out; `()` is an empty set. */
  readonly sets: readonly (readonly Expr[])[];
}

export interface SelectStatement {
  readonly kind: 'select';
  readonly with?: WithClause;
  readonly body: SelectBody;
  readonly orderBy: readonly Expr[];
  /** LIMIT or FETCH was given (LIMIT ALL and LIMIT NULL are not limits). */
  readonly limit?: Expr;
  readonly offset?: Expr;
  readonly withTies: boolean;
  readonly locking: readonly LockingClause[];
}

export interface LockingClause {
  readonly strength: 'update' | 'noKeyUpdate' | 'share' | 'keyShare';
  /** Aliases named with OF; empty means all. */
  readonly of: readonly string[];
  readonly skipLocked: boolean;
}

export type SelectBody = SelectCore | SetOperation | ValuesBody;

export interface SelectCore {
  readonly kind: 'core';
  readonly distinct: boolean;
  /** DISTINCT ON (…). */
  readonly distinctOn: readonly Expr[];
  readonly output: readonly OutputItem[];
  /** Comma list. */
  readonly from: readonly FromItem[];
  readonly where?: Expr;
  readonly groupBy?: GroupBy;
  readonly having?: Expr;
  /** The WINDOW clause. */
  readonly windows: readonly { readonly name: string; readonly spec: WindowSpec }[];
}

export interface SetOperation {
  readonly kind: 'setOperation';
  readonly operation: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly left: SelectStatement;
  readonly right: SelectStatement;
}

export interface ValuesBody {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expr[])[];
}

export interface Assignment {
  readonly column: string;
  /** DEFAULT is `{kind: 'other', what: 'default', args: []}`; (a, b) = (SELECT …) gives each column `{kind: 'other', what: 'rowPart', args: [subquery]}`. */
  readonly value: Expr;
}

export interface InsertStatement {
  readonly kind: 'insert';
  readonly with?: WithClause;
  readonly table: TableItem;
  /** Columns as listed; absent without a list. */
  readonly columns?: readonly string[];
  /** OVERRIDING USER VALUE: identity columns ignore the value given. */
  readonly overridingUserValue?: boolean;
  /** Absent for DEFAULT VALUES. VALUES come as a select with a `values` body, DEFAULT inside as `other: default`. */
  readonly source?: SelectStatement;
  readonly onConflict?: OnConflict;
  readonly returning: readonly OutputItem[];
}

export interface OnConflict {
  readonly action: 'nothing' | 'update';
  /** Index elements: plain columns, or `other` for expressions. Empty without a target. */
  readonly targetColumns: readonly Expr[];
  /** ON CONFLICT ON CONSTRAINT name. */
  readonly constraint?: string;
  readonly assignments: readonly Assignment[];
  readonly where?: Expr;
}

export interface UpdateStatement {
  readonly kind: 'update';
  readonly with?: WithClause;
  readonly table: TableItem;
  readonly assignments: readonly Assignment[];
  readonly from: readonly FromItem[];
  readonly where?: Expr;
  /** WHERE CURRENT OF cursor. */
  readonly currentOf: boolean;
  readonly returning: readonly OutputItem[];
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly with?: WithClause;
  readonly table: TableItem;
  readonly using: readonly FromItem[];
  readonly where?: Expr;
  readonly currentOf: boolean;
  readonly returning: readonly OutputItem[];
}

export interface MergeStatement {
  readonly kind: 'merge';
  readonly with?: WithClause;
  readonly target: TableItem;
  readonly source: FromItem;
  readonly on: Expr;
  readonly actions: readonly MergeAction[];
  readonly returning: readonly OutputItem[];
}

export interface MergeAction {
  readonly when: 'matched' | 'notMatchedByTarget' | 'notMatchedBySource';
  readonly condition?: Expr;
  readonly action: 'insert' | 'update' | 'delete' | 'nothing';
  /** Insert: columns as listed (absent without a list) and one row of values (absent for DEFAULT VALUES). */
  readonly columns?: readonly string[];
  readonly values?: readonly Expr[];
  /** Insert: OVERRIDING USER VALUE. */
  readonly overridingUserValue?: boolean;
  /** Update. */
  readonly assignments: readonly Assignment[];
}

/** Statements whose rows or targets are data. */
export type DataStatement =
  | SelectStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | MergeStatement;

/**
 * Everything else. `inner` is the data statement inside COPY (query) TO, DECLARE CURSOR, PREPARE, EXPLAIN, CREATE TABLE AS,
 * CREATE MATERIALIZED VIEW; `tables` are those it names (COPY t FROM, TRUNCATE t, LOCK TABLE t, ALTER TABLE t …).
 */
export interface UtilityStatement {
  readonly kind: 'utility';
  /** PostgreSQL's command tag in lower case with blanks: 'copy', 'declare cursor', 'begin', 'set', 'create table', 'call', 'do', … */
  readonly command: string;
  readonly inner?: DataStatement;
  /** The command between this one and its data: 'create table as' of EXPLAIN CREATE TABLE AS. */
  readonly through?: string;
  readonly tables: readonly NamePath[];
  /** COPY t FROM. */
  readonly copyFrom?: { readonly table: NamePath; readonly columns: readonly string[] };
}

export type Statement = DataStatement | UtilityStatement;
