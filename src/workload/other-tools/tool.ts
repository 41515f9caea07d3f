/** What a tool's table has to say of itself to be read. */
import type { RawRow } from '../input.js';

export interface OtherTool {
  /** By the lower-case names of the table's columns. */
  readonly isIts: (columns: readonly string[]) => boolean;
  /** The columns of pg_stat_statements that a translated row is sure to have. */
  readonly adds: readonly string[];
  /**
   * Those columns' values.
   * @throws UserError with file and line for a row that cannot be translated
   */
  readonly translated: (row: RawRow, file: string) => Readonly<Record<string, string>>;
}
