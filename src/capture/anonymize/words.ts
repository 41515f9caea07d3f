/** Which words are PostgreSQL's own and stay as they are, and which are the application's. */

import type { CatalogFile } from '../../contract/index.js';
import type { Session } from '../../postgres/index.js';

/** What the server and its extensions bring. */
export interface Builtins {
  readonly keywords: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** System relations and schemas, collations, access methods, operator classes, languages. */
  readonly others: ReadonlySet<string>;
}

export interface Words extends Builtins {
  readonly ownFunctions: ReadonlySet<string>;
  readonly ownTypes: ReadonlySet<string>;
  /** Every name of the captured catalog. */
  readonly ownNames: ReadonlySet<string>;
}

const ofExtension = (catalog: string): string =>
  `SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid = '${catalog}'::regclass`;

const functionNames = `SELECT DISTINCT proname AS word FROM pg_proc
  WHERE pronamespace = 'pg_catalog'::regnamespace OR oid IN (${ofExtension('pg_proc')})`;

const typeNames = `SELECT DISTINCT typname AS word FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE (t.typnamespace = 'pg_catalog'::regnamespace AND (t.typrelid = 0 OR c.relkind = 'c'))
     OR t.oid IN (${ofExtension('pg_type')})`;

const otherNames = `
  SELECT relname AS word FROM pg_class
   WHERE relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) OR oid IN (${ofExtension('pg_class')})
  UNION SELECT collname FROM pg_collation WHERE collnamespace = 'pg_catalog'::regnamespace
  UNION SELECT opcname FROM pg_opclass WHERE opcnamespace = 'pg_catalog'::regnamespace OR oid IN (${ofExtension('pg_opclass')})
  UNION SELECT amname FROM pg_am
  UNION SELECT lanname FROM pg_language`;

/** @throws UserError server-failed */
export async function readBuiltins(session: Session): Promise<Builtins> {
  const words = async (sql: string): Promise<ReadonlySet<string>> =>
    new Set((await session.query("asking for the server's own names", sql)).map(({ word }) => word ?? ''));
  return {
    keywords: await words('SELECT word FROM pg_get_keywords()'),
    functions: await words(functionNames),
    types: await words(typeNames),
    others: await words(otherNames),
  };
}

/** Names that mean something wherever they stand. */
const everywhere = new Set(
  'pg_catalog information_schema pg_toast public excluded new old ctid xmin xmax cmin cmax tableoid oid'.split(
    ' ',
  ),
);

/** Words of the grammar that are no keywords; and the alias that the server's checks of foreign keys are known by. */
const unlessOwn = new Set(['permissive', 'restrictive', 'modulus', 'remainder', 'x']);

export function staysEverywhere(words: Words, name: string): boolean {
  if (everywhere.has(name)) return true;
  return !words.ownNames.has(name) && (unlessOwn.has(name) || words.others.has(name));
}

export function wordsOf(builtins: Builtins, catalog: CatalogFile): Words {
  const { functions, types, tables, views, sequences } = catalog;
  const relations = [...tables, ...views, ...sequences];
  return {
    ...builtins,
    ownFunctions: new Set(functions.map(({ name }) => name)),
    ownTypes: new Set([...types, ...relations].map(({ name }) => name)),
    ownNames: new Set([
      ...[...functions, ...types, ...relations].flatMap(({ schema, name }) => [schema, name]),
      ...tables.flatMap(({ columns }) => columns.map(({ name }) => name)),
      ...views.flatMap(({ columns }) => columns),
    ]),
  };
}
