/**
 * csvlog → records. Takes lines, gives one item a record, whatever is broken.
 *
 * PostgreSQL writes no header; columns were only ever added at the end (23 from 9.0, backend_type with 13, leader_pid and
 * query_id with 14). Texts span lines. A record that was cut off leaves a quote open: the next line that begins as only a
 * record can, and never the inside of a quoted text, where quotes are doubled, begins anew.
 */

import type { Line } from '../lines.js';
import type { LogItem, LogRecord } from './record.js';

const fewestColumns = 22;
const mostColumns = 26;
/** The server cuts no text; what goes on for longer is a quote that nobody closed. */
const longestRecord = 1 << 25;

/** log_time, user, database, pid, connection, session_id, session_line_num: what a record begins with. */
const beginning =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [^,"]*,(?:"(?:[^"]|"")*")?,(?:"(?:[^"]|"")*")?,\d+,(?:"(?:[^"]|"")*")?,[0-9a-f]+\.[0-9a-f]+,\d+,/;

export async function* readCsvlog(lines: AsyncIterable<Line>, file: string): AsyncGenerator<LogItem> {
  let open: string[] = [];
  let size = 0;
  let first = 1;
  let quotes = 0;
  const item = (): LogItem => itemOf(open.join('\n'), { file, line: first });
  for await (const { text, number } of lines) {
    if (open.length > 0 && (size > longestRecord || beginning.test(text))) {
      yield { kind: 'unreadable', source: { file, line: first } };
      open = [];
    }
    if (open.length === 0) {
      if (text === '') continue;
      first = number;
      size = 0;
      quotes = 0;
    }
    open.push(text);
    size += text.length;
    quotes += quotesIn(text);
    if (quotes % 2 === 0) {
      yield item();
      open = [];
    }
  }
  if (open.length > 0) yield { kind: 'unreadable', source: { file, line: first } };
}

function quotesIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes;
}

function itemOf(text: string, source: LogRecord['source']): LogItem {
  const fields = fieldsOf(text);
  const fits =
    fields !== undefined &&
    fields.length >= fewestColumns &&
    fields.length <= mostColumns &&
    beginning.test(text);
  if (!fits) return { kind: 'unreadable', source };
  const field = (at: number): string => fields[at] ?? '';
  return {
    kind: 'record',
    record: {
      source,
      time: field(0),
      database: field(2),
      session: field(5),
      sessionLine: Number(field(6)),
      virtualTransaction: field(9),
      severity: field(11),
      message: field(13),
      detail: field(14),
      statement: field(19),
      backendType: field(23),
    },
  };
}

const plainField = /[^,"]*/y;
const quotedField = /"((?:[^"]|"")*)"/y;

/** Undefined when a quote stands where none may stand. */
function fieldsOf(text: string): readonly string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    const pattern = text[at] === '"' ? quotedField : plainField;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    fields.push(found[1] === undefined ? found[0] : found[1].replaceAll('""', '"'));
    at += found[0].length;
    if (at < text.length && text[at] !== ',') return undefined;
  }
  return fields;
}
