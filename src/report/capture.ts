/** What a capture took, in a few lines. */

import type { CaptureSummary } from '../model/index.js';
import { count, plural } from './numbers.js';

export function renderCaptureText(summary: CaptureSummary): string {
  const { database, serverVersion, capturedAt, statements, calls, tables, views, functions } = summary;
  const lines = [
    `${database} on PostgreSQL ${serverVersion}, ${capturedAt}`,
    `  ${plural(statements, 'statement')} with ${count(calls)} calls`,
    `  ${plural(tables, 'table')}, ${plural(views, 'view')}, ${plural(functions, 'function')}`,
    ...summary.notes.map((note) => `  note: ${note}`),
    ...droppedLine(summary.dropped),
  ];
  return `${lines.join('\n')}\n`;
}

function droppedLine(dropped: CaptureSummary['dropped']): readonly string[] {
  if (dropped === undefined) return [];
  const parts = Object.entries(dropped).filter(([, number]) => number > 0);
  if (parts.length === 0) return ['  all names replaced; nothing had to be left out'];
  const what = parts.map(([kind, number]) => `${count(number)} ${kind}`).join(', ');
  return [`  all names replaced; left out, because they could not be read for sure: ${what}`];
}
