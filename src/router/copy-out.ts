/**
 * COPY of a table that several shards have rows of: one stream, so the columns are listed (shards may have them in another
 * order), and a header line comes from the first shard alone.
 */

import type { Table } from '../model/index.js';
import { type Token, tokensOf } from './clauses.js';
import { type CannotGather, cannot, unclear } from './pieces.js';

export interface CopyTexts {
  readonly first: string;
  readonly others: string;
}

export function copyTexts(text: string, table: Table | undefined): CopyTexts | CannotGather {
  const tokens = tokensOf(text);
  const to = tokens.findIndex(({ word, depth }) => word === 'to' && depth === 0);
  const target = tokens[to + 1];
  if (to < 0 || target === undefined) return unclear;
  if (target.word !== 'stdout')
    return cannot(
      'every server would write a file of its own',
      'copy to stdout, or on each database by itself',
    );
  const options = tokens.slice(to + 2);
  if (options.some(({ kind }) => kind === 'quotedName')) return unclear;
  if (options.some((token) => isBinary(text, token)))
    return cannot('binary files cannot follow each other', 'copy as text or csv');
  const listed = tokens.slice(0, to).some(({ word }) => word === '(');
  const columns = listed ? '' : columnList(table);
  if (columns === undefined)
    return cannot(
      'shards may have its columns in another order',
      'list the columns, as in COPY t (a, b) TO STDOUT',
    );
  const others = withoutHeader(text, options);
  const at = tokens[to]?.start ?? 0;
  const withColumns = (whole: string) => whole.slice(0, at) + columns + whole.slice(at);
  return { first: withColumns(text), others: withColumns(others) };
}

/** `binary`, `FORMAT binary` or `FORMAT 'binary'`. */
function isBinary(text: string, { start, end }: Token): boolean {
  return /^'?binary'?$/i.test(text.slice(start, end));
}

/** COPY gives no generated columns. */
function columnList(table: Table | undefined): string | undefined {
  if (table?.columnsComplete !== true) return undefined;
  const names = table.columns
    .filter(({ generatedFrom }) => generatedFrom === undefined)
    .map(({ name }) => name);
  return `(${names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ')}) `;
}

/** `HEADER` in the old spelling is left out, `HEADER true` in parentheses becomes `HEADER false`. */
function withoutHeader(text: string, options: readonly Token[]): string {
  const at = options.findIndex(
    ({ word, depth }, index) => word === 'header' && depth < 2 && options[index - 1]?.word !== 'quote',
  );
  const header = options[at];
  if (header === undefined) return text;
  const next = options[at + 1];
  const hasValue = header.depth === 1 && next !== undefined && next.word !== ',' && next.word !== ')';
  const instead = header.depth === 1 ? 'header false' : '';
  return text.slice(0, header.start) + instead + text.slice((hasValue ? next : header).end);
}
