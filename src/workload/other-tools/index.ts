/**
 * Tables of other tools in the words of pg_stat_statements, a file for each tool. Whatever is already in our words passes
 * through. What the wrapper of a JSON table says (a window, say) stands in each of its rows.
 */
import type { RawRow, TableReader } from '../input.js';
import { performanceInsights } from './performance-insights.js';
import { pgdog } from './pgdog.js';
import { queryInsights } from './query-insights.js';
import type { OtherTool } from './tool.js';
import { voyager } from './voyager.js';

const tools: readonly OtherTool[] = [pgdog, voyager, performanceInsights, queryInsights];

export function inOurWords(read: TableReader): TableReader {
  return async function* (text, context) {
    let tool: OtherTool | undefined;
    const onColumns = (columns: readonly string[]): void => {
      tool = toolOf(columns);
      context.onColumns(tool === undefined ? columns : [...columns, ...tool.adds]);
    };
    // Columns are known when the first row is there.
    const translated = function* (rows: Iterable<RawRow>): Generator<RawRow> {
      for (const row of rows) {
        if (tool === undefined) yield row;
        else yield { values: { ...row.values, ...tool.translated(row, context.file) }, line: row.line };
      }
    };
    for await (const rows of read(text, { ...context, onColumns })) yield translated(rows);
  };
}

export function isOtherTools(columns: readonly string[]): boolean {
  return toolOf(columns) !== undefined;
}

function toolOf(columns: readonly string[]): OtherTool | undefined {
  return columns.includes('calls') ? undefined : tools.find(({ isIts }) => isIts(columns));
}
