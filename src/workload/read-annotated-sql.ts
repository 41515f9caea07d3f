/**
 * `workload.sql` of a ps-discovery bundle: statements under comments that carry their counters.
 *
 *     -- neki:stmt id=17
 *     -- neki:metrics calls=12904 total_exec_time_ms=88213.4 rows=1032320
 *     SELECT … ;
 *
 * A statement is all the lines up to the next such comment, so blank lines and semicolons inside it stay in it.
 */
import type { RawRow, ReaderContext } from './input.js';
import { linesOf } from './lines.js';

interface Open {
  readonly line: number;
  readonly counters: Readonly<Record<string, string>>;
  readonly lines: string[];
}

const columns = ['query', 'calls', 'total_exec_time', 'rows'];

export function isAnnotatedSql(lines: readonly string[]): boolean {
  return lines.some((line) => /^-- neki:(?:capture|stmt|metrics)\b/.test(line));
}

export async function* readAnnotatedSql(
  text: AsyncIterable<string>,
  context: ReaderContext,
): AsyncGenerator<RawRow> {
  context.onColumns(columns);
  let open: Open | undefined;
  for await (const { text: line, number } of linesOf(text)) {
    const mark = /^-- neki:(stmt|metrics)\b(.*)/.exec(line);
    if (mark === null) {
      open?.lines.push(line);
      continue;
    }
    if (open !== undefined) yield rowOf(open);
    const counters = mark[1] === 'metrics' ? countersIn(mark[2] ?? '') : undefined;
    open = counters === undefined ? undefined : { line: number + 1, counters, lines: [] };
  }
  if (open !== undefined) yield rowOf(open);
}

/** `calls=3 total_exec_time_ms=1.5`, under the names that pg_stat_statements has for them. */
function countersIn(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const);
  return Object.fromEntries(pairs.map(([name, value]) => [name.replace(/_ms$/, ''), value]));
}

function rowOf({ line, counters, lines }: Open): RawRow {
  const query = lines.join('\n').trim().replace(/;$/, '');
  return { values: { ...counters, query }, line };
}
