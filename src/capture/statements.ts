/**
 * pg_stat_statements → the rows of an export: all columns that the view has, as the server prints them, but for literals. Sorted, because the view gives them in the order of a hash table.
 */

import { loadModule } from 'libpg-query';
import { byCodeUnit, UserError } from '../model/index.js';
import type { Row, Session } from '../postgres/index.js';
import { withoutLiterals } from './literals.js';
import type { ExtensionFacts, ServerFacts } from './server-facts.js';

export interface CapturedStatements {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Rows whose text the role may not read. */
  readonly masked: number;
  /** Rows whose text the server has lost. */
  readonly withoutText: number;
}

const maskedText = '<insufficient privilege>';

/** @throws UserError not-allowed, server-failed */
export async function readStatements(
  session: Session,
  facts: ServerFacts,
  allDatabases: boolean,
): Promise<CapturedStatements> {
  const { view, columns } = extensionOf(facts);
  await loadModule();
  const only = allDatabases ? '' : 'WHERE d.datname = current_database()';
  const rows = await session.query(
    'reading pg_stat_statements',
    `SELECT s.*${allDatabases ? ', d.datname' : ''} FROM ${view} s LEFT JOIN pg_database d ON d.oid = s.dbid ${only}`,
  );
  return {
    columns: [...(allDatabases ? ['datname'] : []), ...columns],
    rows: rows.map(literalFree).sort(byIdentity),
    masked: rows.filter(({ query }) => query === maskedText).length,
    withoutText: rows.filter(({ query }) => query === null).length,
  };
}

/** @throws UserError not-allowed when pg_stat_statements is not there to be read */
function extensionOf({ extension, database }: ServerFacts): ExtensionFacts {
  if (extension?.entries !== undefined) return extension;
  if (extension !== undefined) {
    throw new UserError(
      'not-allowed',
      'pg_stat_statements cannot be read: it is not loaded, or this role may not',
      'Put it into shared_preload_libraries and restart the server; GRANT pg_read_all_stats TO the role.',
    );
  }
  throw new UserError(
    'not-allowed',
    `pg_stat_statements is not made in the database ${database}`,
    'CREATE EXTENSION pg_stat_statements; it must also stand in shared_preload_libraries.',
  );
}

function literalFree(row: Row): Row {
  return row.query === null || row.query === undefined ? row : { ...row, query: withoutLiterals(row.query) };
}

function byIdentity(left: Row, right: Row): number {
  for (const column of ['dbid', 'queryid', 'userid', 'toplevel', 'query', 'calls']) {
    const order = byCodeUnit(left[column] ?? '', right[column] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
