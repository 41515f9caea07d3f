/** A server as the doctor sees it: what it says of itself, how fresh its statistics are, and a capture when one can be taken. */

import { openSession, type Session, type SessionOptions } from '../postgres/index.js';
import { type Captured, captureIn } from './capture.js';
import { readServerFacts, type ServerFacts } from './server-facts.js';

export interface Freshness {
  readonly tables: number;
  /** Have rows, and were never analysed. */
  readonly neverAnalysed: readonly string[];
  /** More than a fifth of the rows changed since. */
  readonly outdated: readonly string[];
}

export interface ServerExam {
  readonly facts: ServerFacts;
  readonly freshness: Freshness;
  /** Undefined when pg_stat_statements cannot be read. */
  readonly captured?: Captured;
}

/** @throws UserError bad-dsn, connection-failed, server-failed */
export async function examineServer(options: SessionOptions): Promise<ServerExam> {
  const session = await openSession(options);
  try {
    const facts = await readServerFacts(session);
    const freshness = await readFreshness(session);
    if (facts.extension?.entries === undefined) return { facts, freshness };
    return { facts, freshness, captured: await captureIn(session, facts, { allDatabases: false }) };
  } finally {
    await session.close();
  }
}

async function readFreshness(session: Session): Promise<Freshness> {
  const rows = await session.query(
    'asking when tables were analysed',
    `SELECT schemaname || '.' || relname AS name, n_live_tup > 0 AND last_analyze IS NULL AND last_autoanalyze IS NULL AS never,
            n_mod_since_analyze > 1000 AND n_mod_since_analyze > 0.2 * n_live_tup AS outdated
       FROM pg_stat_user_tables ORDER BY n_live_tup DESC, schemaname, relname`,
  );
  const named = (column: string): readonly string[] =>
    rows.filter((row) => row[column] === 't').map(({ name }) => name ?? '');
  const neverAnalysed = named('never');
  return {
    tables: rows.length,
    neverAnalysed,
    outdated: named('outdated').filter((name) => !neverAnalysed.includes(name)),
  };
}
