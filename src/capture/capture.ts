/** A live server → what an analysis reads: statements, catalog and statistics of one database, taken in one transaction. */

import type { CatalogFile, ManifestFile } from '../contract/index.js';
import { openSession, type Session, type SessionOptions } from '../postgres/index.js';
import { type Builtins, readBuiltins } from './anonymize/words.js';
import { readCatalog } from './catalog/read-catalog.js';
import { readServerFacts, type ServerFacts } from './server-facts.js';
import { type CapturedStatements, readStatements } from './statements.js';
import { type CapturedStatistics, readStatistics } from './statistics.js';

export interface CaptureScope {
  /** Statements of all databases of the server; the catalog stays this one's. */
  readonly allDatabases: boolean;
  /** Also the names that the server brings, which `anonymize` needs. */
  readonly withBuiltins?: boolean;
}

export type CaptureRequest = SessionOptions & CaptureScope;

export interface Captured {
  readonly facts: ServerFacts;
  readonly statements: CapturedStatements;
  readonly catalog: CatalogFile;
  readonly statistics: CapturedStatistics;
  readonly builtins?: Builtins;
  /** Set when names were replaced. */
  readonly anonymized?: NonNullable<ManifestFile['anonymized']>;
}

/** @throws UserError bad-dsn, connection-failed, not-allowed, server-failed */
export async function captureServer(request: CaptureRequest): Promise<Captured> {
  const session = await openSession(request);
  try {
    return await captureIn(session, await readServerFacts(session), request);
  } finally {
    await session.close();
  }
}

/** @throws UserError not-allowed, server-failed */
export async function captureIn(
  session: Session,
  facts: ServerFacts,
  { allDatabases, withBuiltins }: CaptureScope,
): Promise<Captured> {
  const statements = await readStatements(session, facts, allDatabases);
  const catalog = await readCatalog(session, facts.versionNumber);
  const statistics = await readStatistics(session);
  const builtins = withBuiltins === true ? await readBuiltins(session) : undefined;
  return { facts, statements, catalog, statistics, ...(builtins === undefined ? {} : { builtins }) };
}
