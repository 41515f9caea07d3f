/** jsonlog (PostgreSQL 15 and newer) → records: one object a line, keys without a value left out. */

import type { Line } from '../lines.js';
import type { LogItem } from './record.js';

export async function* readJsonlog(lines: AsyncIterable<Line>, file: string): AsyncGenerator<LogItem> {
  for await (const { text, number } of lines) {
    if (text.trim() === '') continue;
    yield itemOf(text, { file, line: number });
  }
}

function itemOf(text: string, source: { readonly file: string; readonly line: number }): LogItem {
  const fields = objectOf(text);
  if (fields === undefined) return { kind: 'unreadable', source };
  const field = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  const sessionLine = fields.line_num;
  if (field('timestamp') === '' || field('session_id') === '' || typeof sessionLine !== 'number') {
    return { kind: 'unreadable', source };
  }
  return {
    kind: 'record',
    record: {
      source,
      time: field('timestamp'),
      database: field('dbname'),
      session: field('session_id'),
      sessionLine,
      virtualTransaction: field('vxid'),
      severity: field('error_severity'),
      message: field('message'),
      detail: field('detail'),
      statement: field('statement'),
      backendType: field('backend_type'),
    },
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
