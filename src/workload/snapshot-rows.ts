/**
 * The rows of a snapshot by their key, held as columns of numbers: an export may have a million of them, and as objects they
 * would take five times the memory. A row is made when it is asked for.
 */
import type { SetAsideReason, SourceRef } from '../model/index.js';
import type { Exact, ExactCounters } from './counters.js';
import type { StatementText } from './texts.js';

export interface SnapshotRow {
  /** The text of a statement, or why the row is none. */
  readonly content: StatementText | SetAsideReason;
  readonly database: string;
  /** Made when they are asked for: most who go through the rows do not count. */
  readonly counters: () => ExactCounters;
  readonly statsSince?: number;
  readonly source: SourceRef;
  /** How many rows of the file were added up. */
  readonly rows: number;
}

export interface SnapshotRows {
  readonly size: () => number;
  readonly has: (key: string) => boolean;
  readonly get: (key: string) => SnapshotRow | undefined;
  readonly keys: () => Iterable<string>;
  readonly entries: () => Iterable<readonly [string, SnapshotRow]>;
}

export interface GrowingRows extends SnapshotRows {
  readonly set: (key: string, row: SnapshotRow) => void;
}

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface RowIdentity {
  readonly user: string;
  readonly database: string;
  readonly queryId: string;
  readonly topLevel: boolean;
}

/** What the server tells entries apart by. Without a queryid the text does, by its digest. */
export function rowKey({ user, database, queryId, topLevel }: RowIdentity, textDigest: () => string): string {
  return [user, database, queryId === '' ? `#${textDigest()}` : queryId, topLevel ? 't' : 'f'].join('\0');
}

/** Empty when the export has none. */
export function queryIdIn(key: string): string {
  const end = key.lastIndexOf('\0');
  const entry = key.slice(key.lastIndexOf('\0', end - 1) + 1, end);
  return entry.startsWith('#') ? '' : entry;
}

// ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const counterNames = [
  'calls',
  'execNs',
  'rows',
  'walBytes',
  'blocksRead',
  'blocksHit',
  'tempBlocks',
  'planNs',
  'jitNs',
] as const;

export function growingRows(): GrowingRows {
  const places = new Map<string, number>();
  const counters: Readonly<Record<keyof ExactCounters, Exact[]>> = {
    calls: [],
    execNs: [],
    rows: [],
    walBytes: [],
    blocksRead: [],
    blocksHit: [],
    tempBlocks: [],
    planNs: [],
    jitNs: [],
  };
  const contents: SnapshotRow['content'][] = [];
  const databases: string[] = [];
  const files: string[] = [];
  const lines: number[] = [];
  const rowCounts: number[] = [];
  const sinces: number[] = [];

  const countersAt = (at: number): ExactCounters => ({
    calls: counters.calls[at] ?? 0,
    execNs: counters.execNs[at] ?? 0,
    rows: counters.rows[at] ?? 0,
    walBytes: counters.walBytes[at] ?? 0,
    blocksRead: counters.blocksRead[at] ?? 0,
    blocksHit: counters.blocksHit[at] ?? 0,
    tempBlocks: counters.tempBlocks[at] ?? 0,
    planNs: counters.planNs[at] ?? 0,
    jitNs: counters.jitNs[at] ?? 0,
  });
  const rowAt = (at: number): SnapshotRow => {
    const statsSince = sinces[at] ?? Number.NaN;
    return {
      content: contents[at] ?? 'noText',
      database: databases[at] ?? '',
      counters: () => countersAt(at),
      ...(Number.isNaN(statsSince) ? {} : { statsSince }),
      source: { file: files[at] ?? '', line: lines[at] ?? 0 },
      rows: rowCounts[at] ?? 0,
    };
  };
  const set = (key: string, row: SnapshotRow): void => {
    const at = places.get(key) ?? places.size;
    places.set(key, at);
    const given = row.counters();
    for (const name of counterNames) counters[name][at] = given[name];
    contents[at] = row.content;
    databases[at] = row.database;
    files[at] = row.source.file;
    lines[at] = row.source.line;
    rowCounts[at] = row.rows;
    sinces[at] = row.statsSince ?? Number.NaN;
  };
  const get = (key: string): SnapshotRow | undefined => {
    const at = places.get(key);
    return at === undefined ? undefined : rowAt(at);
  };
  function* entries(): Generator<readonly [string, SnapshotRow]> {
    for (const [key, at] of places) yield [key, rowAt(at)];
  }
  return {
    size: () => places.size,
    has: (key) => places.has(key),
    get,
    set,
    keys: () => places.keys(),
    entries,
  };
}
