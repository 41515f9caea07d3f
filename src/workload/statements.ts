/**
 * Entries of the window to statements: entries of one database and one normalised text become one, the rest is set aside by
 * its reason. Everything is chosen by order of values, never of rows, so that shuffled rows give the same bytes.
 */
import { byCodeUnit, type SetAside, type SetAsideReason, type WorkloadStatement } from '../model/index.js';
import { type ExactCounters, modelCounters, sum, zero } from './counters.js';
import { firstSource } from './order.js';
import type { Series } from './series.js';
import { queryIdIn, type SnapshotRow } from './snapshot-rows.js';
import { detached, type StatementText, statementId } from './texts.js';
import { cutLength, endOfBoth, isTruncated, type TextEnd } from './truncation.js';

interface Merged {
  readonly entry: SnapshotRow;
  readonly content: StatementText;
  /** Of all its texts together, and of the last one alone. */
  readonly end: TextEnd;
  readonly lastEnd: TextEnd;
  readonly tags: Readonly<Record<string, string>>;
  /** The smallest, or empty. */
  readonly queryId: string;
  /** Rows of one server had different queryids: the server took them for different statements. */
  readonly severalQueryIds: boolean;
  /** The queryid of that server's rows so far, and the server's number. */
  readonly queryIdHere: string;
  readonly server: number;
}

/** Sorted by id. */
export function statementsOf(series: readonly Series[]): readonly WorkloadStatement[] {
  const merged = new Map<string, Merged>();
  series.forEach(({ rows }, server) => {
    for (const [key, entry] of rows()) {
      if (typeof entry.content === 'string') continue;
      const { statement } = entry.content;
      const known = merged.get(statement);
      const one = mergedOne(entry, entry.content, queryIdIn(key), server);
      merged.set(statement, known === undefined ? one : together(known, one));
    }
  });
  const all = [...merged.values()];
  // Several texts of one length show a cut; one text in several entries does not.
  const cutAt = cutLength(all.map(({ lastEnd }) => lastEnd));
  return all.map((one) => modelStatement(one, cutAt)).sort((a, b) => byCodeUnit(a.id, b.id));
}

function mergedOne(entry: SnapshotRow, content: StatementText, queryId: string, server: number): Merged {
  return {
    entry,
    content,
    end: content.end,
    lastEnd: content.end,
    tags: content.tags,
    queryId,
    severalQueryIds: false,
    queryIdHere: queryId,
    server,
  };
}

function together(a: Merged, b: Merged): Merged {
  const counters = sum(a.entry.counters(), b.entry.counters());
  const sameServer = a.server === b.server;
  return {
    entry: {
      ...a.entry,
      counters: () => counters,
      source: firstSource(a.entry.source, b.entry.source),
      rows: a.entry.rows + b.entry.rows,
    },
    content: shorterText(a.content, b.content),
    end: endOfBoth(a.end, b.end),
    lastEnd: b.lastEnd,
    tags: commonTags(a.tags, b.tags),
    queryId: smallestId(a.queryId, b.queryId),
    severalQueryIds: a.severalQueryIds || (sameServer && areDifferent(a.queryIdHere, b.queryIdHere)),
    queryIdHere: sameServer ? a.queryIdHere || b.queryIdHere : b.queryIdHere,
    server: b.server,
  };
}

function areDifferent(a: string, b: string): boolean {
  return a !== '' && b !== '' && a !== b;
}

function smallestId(a: string, b: string): string {
  if (a === '' || b === '') return a || b;
  return BigInt(a) <= BigInt(b) ? a : b;
}

function shorterText(a: StatementText, b: StatementText): StatementText {
  return (a.text.length - b.text.length || byCodeUnit(a.text, b.text)) <= 0 ? a : b;
}

/** All tags; of two values of one tag the smaller. */
function commonTags(a: Merged['tags'], b: Merged['tags']): Merged['tags'] {
  const all: Record<string, string> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const other = all[name];
    all[name] = other === undefined || value < other ? value : other;
  }
  return all;
}

function modelStatement(
  { entry, content, end, tags, queryId, severalQueryIds }: Merged,
  cutAt: number | undefined,
): WorkloadStatement {
  return {
    id: statementId(content.statement),
    ...(queryId === '' ? {} : { queryId: detached(queryId) }),
    text: content.text,
    counters: modelCounters(entry.counters()),
    ...(entry.database === '' ? {} : { database: entry.database }),
    mergedRows: entry.rows,
    ...(severalQueryIds ? { severalQueryIds } : {}),
    source: entry.source,
    tags: sortedTags(tags),
    truncated: isTruncated(end, cutAt),
  };
}

/** Most statements have none: one object for all of them. */
const noTags: Merged['tags'] = {};

function sortedTags(tags: Merged['tags']): Merged['tags'] {
  if (Object.keys(tags).length === 0) return noTags;
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => byCodeUnit(a, b)));
}

interface Aside {
  counters: ExactCounters;
  statements: number;
  readonly entries: Set<string>;
}

/** Exports that are added may hold the same entry, as a server's and its replica's do: it is one statement. */
export function setAsideOf(series: readonly Series[]): Readonly<Record<SetAsideReason, SetAside>> {
  const fresh = (): Aside => ({ counters: zero, statements: 0, entries: new Set() });
  const asides = { masked: fresh(), noText: fresh(), nested: fresh(), otherDatabase: fresh() };
  for (const { rows } of series) {
    for (const [key, entry] of rows()) {
      const { content: reason, counters } = entry;
      if (typeof reason !== 'string') continue;
      const aside = asides[reason];
      aside.counters = sum(aside.counters, counters());
      const canBeTold = reason === 'nested' || queryIdIn(key) !== '';
      if (!canBeTold) aside.statements += entry.rows;
      else if (series.length === 1) aside.statements += 1;
      else aside.entries.add(key);
    }
  }
  const closed = ({ statements, entries, counters }: Aside): SetAside => ({
    statements: statements + entries.size,
    counters: modelCounters(counters),
  });
  return {
    masked: closed(asides.masked),
    noText: closed(asides.noText),
    nested: closed(asides.nested),
    otherDatabase: closed(asides.otherDatabase),
  };
}
