/** What was captured → the texts of an export folder's files. */

import { type ManifestFile, renderCatalogJson, renderManifestJson, type Tool } from '../contract/index.js';
import type { Row } from '../postgres/index.js';
import type { Captured } from './capture.js';
import type { ServerFacts } from './server-facts.js';
import { statisticsColumns } from './statistics.js';

export const manifestName = 'manifest.json';

/** File names → texts, the manifest last. `before` is the manifest of the folder's earlier captures. */
export function filesOf(
  captured: Captured,
  tool: Tool,
  before: ManifestFile | undefined,
): Readonly<Record<string, string>> {
  const statementsName = newName(captured.facts.capturedAt, before);
  const { columns, rows } = captured.statements;
  const at = captured.facts.capturedAt;
  return {
    [statementsName]: csv(
      ['captured_at', ...columns],
      rows.map((row) => ({ ...row, captured_at: at })),
    ),
    'catalog.json': renderCatalogJson(captured.catalog, tool),
    'stats.csv': csv(
      statisticsColumns,
      captured.statistics.rows.map((row) => ({
        ...row,
        table: tableOf(row),
        column: plain(row.column ?? ''),
      })),
    ),
    [manifestName]: renderManifestJson(manifestOf(captured, statementsName, before), tool),
  };
}

/** `statements-20260302T040000Z.csv`, with a number when the folder has one of the same second. */
function newName(capturedAt: string, before: ManifestFile | undefined): string {
  const stamp = `${capturedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace(' ', 'T')}Z`;
  const taken = new Set(before?.snapshots.map(({ file }) => file));
  for (let pass = 1; ; pass += 1) {
    const name = `statements-${stamp}${pass === 1 ? '' : `-${pass}`}.csv`;
    if (!taken.has(name)) return name;
  }
}

function manifestOf(captured: Captured, file: string, before: ManifestFile | undefined): ManifestFile {
  const { facts, statements, anonymized } = captured;
  const { extension } = facts;
  const max = facts.settings.get('pg_stat_statements.max');
  const snapshot = {
    file,
    capturedAt: facts.capturedAt,
    ...(extension?.statsReset === undefined ? {} : { statsReset: extension.statsReset }),
    ...(extension?.dealloc === undefined ? {} : { dealloc: extension.dealloc }),
    entries: extension?.entries ?? statements.rows.length,
    ...(max === undefined ? {} : { max: Number(max) }),
    statements: statements.rows.length,
    masked: statements.masked,
    withoutText: statements.withoutText,
  };
  return {
    database: facts.database,
    serverVersion: facts.version,
    extensionVersion: extension?.version ?? '',
    settings: trackingOf(facts),
    snapshots: [...(before?.snapshots ?? []), snapshot],
    notes: [...notesOf(captured)],
    ...(anonymized === undefined ? {} : { anonymized }),
  };
}

function trackingOf({ settings }: ServerFacts): Record<string, string> {
  return Object.fromEntries(
    [...settings].filter(([name]) => name.startsWith('pg_stat_statements.') || name === 'compute_query_id'),
  );
}

/** What the role could not see. */
export function notesOf(captured: Captured): readonly string[] {
  return [...maskedNote(captured), ...captured.statistics.notes];
}

function maskedNote({ statements: { masked }, facts }: Captured): readonly string[] {
  if (masked === 0 && facts.readsAllStatements) return [];
  if (masked === 0) return ['this role sees the texts of its own statements only, and there were no others'];
  const what = masked === 1 ? 'the text of 1 statement is' : `the texts of ${masked} statements are`;
  return [`${what} hidden from this role: GRANT pg_read_all_stats (or pg_monitor) to it`];
}

function tableOf({ schema, name }: Row): string {
  return `${plain(schema ?? '')}.${plain(name ?? '')}`;
}

/** A name as the reader of statistics takes it apart again. */
function plain(name: string): string {
  return /[."]/.test(name) || name.trim() !== name ? `"${name.replaceAll('"', '""')}"` : name;
}

/** RFC 4180 with line feeds; null is the empty field. */
function csv(columns: readonly string[], rows: readonly Row[]): string {
  const line = (cells: readonly (string | null | undefined)[]): string =>
    `${cells.map((cell) => field(cell ?? '')).join(',')}\n`;
  return [line(columns), ...rows.map((row) => line(columns.map((name) => row[name])))].join('');
}

function field(text: string): string {
  return /[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}
