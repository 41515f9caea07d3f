/** Copies of the marketplace's export in which one thing is changed, as a pull request would change it. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const marketplace = fileURLToPath(new URL('../../fixtures/marketplace/', import.meta.url));

export function copyOf(change: (folder: string) => void): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'marketplace-'));
  cpSync(marketplace, folder, { recursive: true });
  change(folder);
  return folder;
}

export function changeFile(folder: string, name: string, change: (text: string) => string): void {
  const file = path.join(folder, name);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${name}`);
  writeFileSync(file, after);
}

export function changeSnapshots(folder: string, change: (text: string) => string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith('day-'))) {
    changeFile(folder, name, change);
  }
}

/** A statement that first ran on the last day. */
export function withStatement(folder: string, query: string, calls: number): void {
  changeFile(folder, 'day-7.csv', (text) => {
    const columns = (text.split('\n', 1)[0] ?? '').split(',');
    const values: Readonly<Record<string, string | number>> = {
      captured_at: '2026-03-08 04:00:00+00',
      userid: 16384,
      dbid: 16387,
      toplevel: 't',
      queryid: 4711,
      query: `"${query.replaceAll('"', '""')}"`,
      calls,
      stats_since: '2026-03-07 12:00:00+00',
      minmax_stats_since: '2026-03-07 12:00:00+00',
    };
    return `${text}${columns.map((column) => values[column] ?? 0).join(',')}\n`;
  });
}

/** Records of a CSV; those of the marketplace have line breaks only inside quotes. */
export function recordsOf(text: string): readonly string[] {
  const records: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    open = open === '' ? line : `${open}\n${line}`;
    if ((open.match(/"/g) ?? []).length % 2 === 0) {
      if (open !== '') records.push(open);
      open = '';
    }
  }
  return records;
}
