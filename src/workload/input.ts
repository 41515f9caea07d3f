/** The nouns of reading: what comes in as bytes, what a file turns out to be, and a row before anyone asks what it means. */

/** An export to read. Nothing is opened before it is iterated, and it can be iterated once. */
export interface WorkloadInput {
  /** Path as the user gave it, or `standard input`. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly facts?: SnapshotFacts;
}

/** What a manifest says about one snapshot. Times in milliseconds since 1970. */
export interface SnapshotFacts {
  readonly capturedAt?: number;
  /** When the counters were last reset: they count from then. */
  readonly countsSince?: number;
  readonly evictions?: number;
}

export type ExportFormat =
  | 'csv'
  | 'tsv'
  | 'copy-text'
  | 'psql-aligned'
  | 'psql-expanded'
  | 'json'
  | 'jsonl'
  | 'annotated-sql';

/** A file by its content. `evictions` is a copy of pg_stat_statements_info. */
export type FileKind =
  | { readonly kind: 'export' | 'evictions'; readonly format: ExportFormat }
  | { readonly kind: 'statistics' | 'schema' | 'catalog' | 'manifest' }
  | { readonly kind: 'unrecognised'; readonly why: string };

/** A row of a table in any format: all values as text, null as the empty text. */
export interface RawRow {
  /** By lower-case column name. */
  readonly values: Readonly<Record<string, string>>;
  /** Where the row begins, 1-based. */
  readonly line: number;
}

/** What every reader is given beside the text. */
export interface ReaderContext {
  readonly file: string;
  /** Called once, before the first row, with lower-case names; may throw to refuse the table. */
  readonly onColumns: (columns: readonly string[]) => void;
}

/** Rows as many at a time as come at once, each to be gone through before the next are asked for. */
export type RowBatches = AsyncIterable<Iterable<RawRow>>;

export type TableReader = (text: AsyncIterable<string>, context: ReaderContext) => RowBatches;

/** Said now and then while reading: rows of this file so far. */
export interface ReadProgress {
  readonly file: string;
  readonly rows: number;
}

/** Rows inherit no names. An object without any prototype would be a hash table, which is slow. */
const nothing: object = Object.freeze(Object.create(null));

/** A row made of names and cells of the same length; the first of two equal names wins. */
export function rowOf(columns: readonly string[], cells: readonly string[], line: number): RawRow {
  const values: Record<string, string> = Object.create(nothing);
  columns.forEach((column, at) => {
    values[column] ??= cells[at] ?? '';
  });
  return { values, line };
}
