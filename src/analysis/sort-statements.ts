/** Statements → facts: each is read, resolved and sorted by what it touches, and its tree let go. */

import type { Catalog, WorkloadStatement } from '../model/index.js';
import { type ResolveSettings, resolveStatement } from '../sql/index.js';
import type { Statement } from '../syntax/index.js';
import type { Resolved } from './judged.js';
import { mentionedBy } from './mentioned.js';
import type { ReadStatement, UnreadStatement } from './read-statements.js';
import { sharing } from './sharing.js';

export interface Sorted {
  /** Touch an application table, or run code that might. */
  readonly application: readonly Resolved[];
  /** Read only PostgreSQL's own catalogs. */
  readonly catalogQueries: readonly WorkloadStatement[];
  /** Touch no table at all. */
  readonly tableless: readonly WorkloadStatement[];
  readonly utility: readonly WorkloadStatement[];
  readonly foreignKeyChecks: readonly WorkloadStatement[];
  readonly truncated: readonly UnreadStatement[];
  readonly unparsed: readonly UnreadStatement[];
  readonly names: NamesSeen;
}

/** What the statements call tables and functions. */
export interface NamesSeen {
  /** Written without their schema. */
  readonly tables: ReadonlySet<string>;
  /** As written, and without their schema. */
  readonly functions: ReadonlySet<string>;
  /** Statements of several queryids, with the tables that they name without a schema. */
  readonly severalQueryIds: readonly {
    readonly source: WorkloadStatement;
    readonly tables: readonly string[];
  }[];
}

type Growing<T> = T extends readonly (infer Item)[] ? Item[] : T;

export function sortStatements(
  statements: Iterable<ReadStatement>,
  catalog: Catalog,
  settings: ResolveSettings,
): Sorted {
  const sorted: { readonly [Part in keyof Omit<Sorted, 'names'>]: Growing<Sorted[Part]> } = {
    application: [],
    catalogQueries: [],
    tableless: [],
    utility: [],
    foreignKeyChecks: [],
    truncated: [],
    unparsed: [],
  };
  const names = namesSeen();
  const shared = sharing();
  for (const read of statements) {
    const { source } = read;
    switch (read.kind) {
      case 'application': {
        const query = shared(resolveStatement(read.tree, catalog, settings));
        names.note(source, read.tree);
        if (query.tables.length > 0 || query.unseen.length > 0) sorted.application.push({ source, query });
        else (query.systemOnly ? sorted.catalogQueries : sorted.tableless).push(source);
        break;
      }
      case 'utility':
        sorted.utility.push(source);
        break;
      case 'foreignKeyCheck':
        sorted.foreignKeyChecks.push(source);
        break;
      case 'truncated':
      case 'unparsed':
        sorted[read.kind].push({ source, reason: read.reason });
        break;
    }
  }
  return { ...sorted, names: names.seen };
}

function namesSeen() {
  const tables = new Set<string>();
  const functions = new Set<string>();
  const severalQueryIds: { source: WorkloadStatement; tables: readonly string[] }[] = [];
  const note = (source: WorkloadStatement, tree: Statement): void => {
    const mentioned = mentionedBy(tree);
    for (const name of mentioned.tables) tables.add(name);
    for (const name of mentioned.functions) functions.add(name);
    if (source.severalQueryIds === true) severalQueryIds.push({ source, tables: mentioned.tables });
  };
  const seen: NamesSeen = { tables, functions, severalQueryIds };
  return { note, seen };
}
