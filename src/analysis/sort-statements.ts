/** Statements → facts: each is read, resolved and sorted by what it touches, and its tree let go. */

import type { Catalog, Query, WorkloadStatement } from '../model/index.js';
import { leavesListUnread, type ResolveSettings, resolveStatement } from '../sql/index.js';
import type { Resolved } from './judged.js';
import { type Mentioned, mentionedBy } from './mentioned.js';
import type { ReadStatement, ReadTree, UnreadStatement } from './read-statements.js';
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
  const understood = understanding(catalog, settings);
  for (const read of statements) {
    const { source } = read;
    switch (read.kind) {
      case 'application': {
        const { query, mentioned } = understood(read);
        names.note(source, mentioned);
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

interface Understood {
  readonly query: Query;
  readonly mentioned: Mentioned;
}

/** Statements that differ in the columns they list alone are understood once, where nobody looks at these columns. */
function understanding(catalog: Catalog, settings: ResolveSettings): (read: ReadTree) => Understood {
  const shared = sharing();
  const alike = new Map<string, Understood>();
  return ({ tree, likeness }) => {
    const known = likeness === undefined ? undefined : alike.get(likeness);
    if (known !== undefined) return known;
    const query = shared(resolveStatement(tree, catalog, settings));
    const understood = { query, mentioned: mentionedBy(tree) };
    if (likeness !== undefined && leavesListUnread(tree)) alike.set(likeness, understood);
    return understood;
  };
}

function namesSeen() {
  const tables = new Set<string>();
  const functions = new Set<string>();
  const severalQueryIds: { source: WorkloadStatement; tables: readonly string[] }[] = [];
  const note = (source: WorkloadStatement, mentioned: Mentioned): void => {
    for (const name of mentioned.tables) tables.add(name);
    for (const name of mentioned.functions) functions.add(name);
    if (source.severalQueryIds === true) severalQueryIds.push({ source, tables: mentioned.tables });
  };
  const seen: NamesSeen = { tables, functions, severalQueryIds };
  return { note, seen };
}
