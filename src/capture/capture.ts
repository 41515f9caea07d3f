/** A live server → what an analysis reads: statements, catalog and statistics of one database, taken in one transaction. */

import type { CatalogFile, ManifestFile } from '../contract/index.js';
import { openSession, type SessionOptions } from '../postgres/index.js';
import { type Builtins, readBuiltins } from './anonymize/words.js';
import { readCatalog } from './catalog/read-catalog.js';
import { readServerFacts, type ServerFacts } from './server-facts.js';
import { type CapturedStatements, extensionOf, readStatements } from './statements.js';
import { type CapturedStatistics, readStatistics } from './statistics.js';

export interface CaptureRequest extends SessionOptions {
  /** Statements of all databases of the server; the catalog stays this one's. */
  readonly allDatabases: boolean;
  /** Also the names that the server brings, which `anonymize` needs. */
  readonly withBuiltins?: boolean;
}

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
    const facts = await readServerFacts(session);
    extensionOf(facts);
    const statements = await readStatements(session, facts, request.allDatabases);
    const catalog = await readCatalog(session, facts.versionNumber);
    const statistics = await readStatistics(session);
    const builtins = request.withBuiltins === true ? await readBuiltins(session) : undefined;
    return { facts, statements, catalog, statistics, ...(builtins === undefined ? {} : { builtins }) };
  } finally {
    await session.close();
  }
}
