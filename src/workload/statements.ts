/**
 * Entries of the window to statements: entries of one database and one normalised text become one, the rest is set aside by
 * its reason. Everything is chosen by order of values, never of rows, so that shuffled rows give the same bytes.
 */
import { byCodeUnit, type SetAside, type SetAsideReason, type WorkloadStatement } from '../model/index.js';
import { type ExactCounters, modelCounters, sum, zero } from './counters.js';
import { firstSource } from './order.js';
import type { SnapshotRow } from './snapshots.js';
import { type StatementText, statementId } from './texts.js';
import { cutLength, isTruncated } from './truncation.js';

interface Merged {
  readonly entry: SnapshotRow;
  readonly content: StatementText;
  /** Every text of it is cut off. */
  readonly truncated: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Sorted by id. */
export function statementsOf(entries: readonly SnapshotRow[]): readonly WorkloadStatement[] {
  const texts = entries.flatMap(({ content }) => (typeof content === 'string' ? [] : [content]));
  const cutAt = cutLength(distinctEnds(texts));
  const merged = new Map<string, Merged>();
  for (const entry of entries) {
    const { content } = entry;
    if (typeof content === 'string') continue;
    const truncated = isTruncated(content.end, cutAt);
    const one = { entry, content, truncated, tags: content.tags };
    const known = merged.get(content.statement);
    merged.set(content.statement, known === undefined ? one : together(known, one));
  }
  return [...merged.values()].map(modelStatement).sort((a, b) => byCodeUnit(a.id, b.id));
}

/** Several texts of one length show a cut; one text in several entries does not. */
function distinctEnds(texts: readonly StatementText[]): Iterable<StatementText['end']> {
  return new Map(texts.map(({ statement, end }) => [statement, end])).values();
}

function together(a: Merged, b: Merged): Merged {
  return {
    entry: {
      ...a.entry,
      counters: sum(a.entry.counters, b.entry.counters),
      source: firstSource(a.entry.source, b.entry.source),
      rows: a.entry.rows + b.entry.rows,
      queryId: smallestId(a.entry.queryId, b.entry.queryId),
    },
    content: shorterText(a.content, b.content),
    truncated: a.truncated && b.truncated,
    tags: commonTags(a.tags, b.tags),
  };
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

function modelStatement({ entry, content, truncated, tags }: Merged): WorkloadStatement {
  return {
    id: statementId(content.statement),
    ...(entry.queryId === '' ? {} : { queryId: entry.queryId }),
    text: content.text,
    counters: modelCounters(entry.counters),
    ...(entry.database === '' ? {} : { database: entry.database }),
    mergedRows: entry.rows,
    source: entry.source,
    tags: sortedTags(tags),
    truncated,
  };
}

function sortedTags(tags: Merged['tags']): Merged['tags'] {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => byCodeUnit(a, b)));
}

export function setAsideOf(entries: readonly SnapshotRow[]): Readonly<Record<SetAsideReason, SetAside>> {
  return {
    masked: aside(entries, 'masked'),
    noText: aside(entries, 'noText'),
    nested: aside(entries, 'nested'),
    otherDatabase: aside(entries, 'otherDatabase'),
  };
}

function aside(entries: readonly SnapshotRow[], reason: SetAsideReason): SetAside {
  let statements = 0;
  let counters: ExactCounters = zero;
  for (const { content, rows, counters: own } of entries) {
    if (content !== reason) continue;
    statements += rows;
    counters = sum(counters, own);
  }
  return { statements, counters: modelCounters(counters) };
}
