/** A server's catalog → catalog.json: rows of the queries, put together by the table or view that they hang on. */

import type { CatalogFile } from '../../contract/index.js';
import { byCodeUnit } from '../../model/index.js';
import type { Row, Session } from '../../postgres/index.js';
import * as queries from './queries.js';

type Table = CatalogFile['tables'][number];
type View = CatalogFile['views'][number];
type Type = CatalogFile['types'][number];
type Routine = CatalogFile['functions'][number];
type Column = Table['columns'][number];

/** @throws UserError not-allowed, server-failed */
export async function readCatalog(session: Session, version: queries.ServerVersion): Promise<CatalogFile> {
  const ask = (what: string, sql: string) => session.query(`reading the catalog's ${what}`, sql);
  const parts: Parts = {
    columns: byOwner(await ask('columns', queries.columns(version))),
    parents: byOwner(await ask('partitions', queries.parents)),
    constraints: byOwner(await ask('constraints', queries.constraints(version))),
    indexes: byOwner(await ask('indexes', queries.indexes)),
    triggers: byOwner(await ask('triggers', queries.triggers(version))),
    rules: byOwner(await ask('rules', queries.rules)),
    policies: byOwner(await ask('policies', queries.policies)),
  };
  const attributes = byOwner(await ask('types', queries.attributes));
  return {
    searchPath: await readSearchPath(session),
    types: (await ask('types', queries.types)).map((row) => typeOf(row, attributes)),
    sequences: (await ask('sequences', queries.sequences)).map((row) => named(row)),
    tables: (await ask('tables', queries.tables)).map((row) => tableOf(row, parts)),
    functions: (await ask('functions', queries.functions(version))).map(functionOf),
    operators: (await ask('operators', queries.operators)).map(operatorOf),
    views: (await ask('views', queries.views)).map((row) => viewOf(row, parts)),
  };
}

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

type ByOwner = ReadonlyMap<string, readonly Row[]>;
type Parts = Readonly<
  Record<'columns' | 'parents' | 'constraints' | 'indexes' | 'triggers' | 'rules' | 'policies', ByOwner>
>;

function byOwner(rows: readonly Row[]): ByOwner {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const owner = textIn(row, 'owner');
    const known = found.get(owner);
    if (known) known.push(row);
    else found.set(owner, [row]);
  }
  return found;
}

function textIn(row: Row, column: string): string {
  return row[column] ?? '';
}

function isTrue(row: Row, column: string): boolean {
  return row[column] === 't';
}

/** The field, when the server said something. */
function given<Field extends string>(
  field: Field,
  row: Row,
  column: string = field,
): { [key in Field]?: string } {
  const value = row[column];
  return (value === null || value === undefined ? {} : { [field]: value }) as { [key in Field]?: string };
}

function named(row: Row): { readonly schema: string; readonly name: string } {
  return { schema: textIn(row, 'schema'), name: textIn(row, 'name') };
}

/** `collation_schema` and `collation` → a name, when there is one. */
function namedIn<Field extends string>(field: Field, row: Row) {
  const name = row[field];
  const path = { schema: textIn(row, `${field}_schema`), name: name ?? '' };
  return (name === null || name === undefined ? {} : { [field]: path }) as {
    [key in Field]?: { schema: string; name: string };
  };
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const tableKinds: Readonly<Record<string, Table['kind']>> = { r: 'table', p: 'partitioned', f: 'foreign' };

function tableOf(row: Row, parts: Parts): Table {
  const of = (part: keyof Parts): readonly Row[] => parts[part].get(textIn(row, 'oid')) ?? [];
  const parents = of('parents');
  const [first] = parents;
  return {
    ...named(row),
    kind: tableKinds[textIn(row, 'kind')] ?? 'table',
    unlogged: row.persistence === 'u',
    columns: of('columns').map(columnOf),
    parents: parents.map(named),
    ...(first === undefined ? {} : { parentKind: isTrue(first, 'partition') ? 'partition' : 'inherits' }),
    ...given('bound', row),
    ...given('partitionKey', row, 'partition_key'),
    constraints: of('constraints').map(defined),
    indexes: of('indexes').map(defined),
    triggers: of('triggers').map(switchable),
    rules: of('rules').map(switchable),
    policies: of('policies').map(policyOf),
    rowSecurity: isTrue(row, 'row_security') ? (isTrue(row, 'forced') ? 'forced' : 'enabled') : 'off',
  };
}

const identities: Readonly<Record<string, Column['identity']>> = { a: 'always', d: 'by default' };

function columnOf(row: Row): Column {
  const identity = identities[textIn(row, 'identity')];
  const isGenerated = textIn(row, 'generated') !== '';
  return {
    name: textIn(row, 'name'),
    type: textIn(row, 'type'),
    notNull: isTrue(row, 'not_null'),
    ...given(isGenerated ? 'generated' : 'default', row, 'expression'),
    ...(identity === undefined ? {} : { identity }),
    ...namedIn('sequence', row),
    ...namedIn('collation', row),
  };
}

function defined(row: Row): { readonly name: string; readonly definition: string } {
  return { name: textIn(row, 'name'), definition: textIn(row, 'definition').replace(/;\s*$/, '') };
}

function switchable(row: Row): Table['triggers'][number] {
  return { ...defined(row), off: isTrue(row, 'off') };
}

const policyCommands: Readonly<Record<string, Table['policies'][number]['command']>> = {
  '*': 'all',
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
};

function policyOf(row: Row): Table['policies'][number] {
  return {
    name: textIn(row, 'name'),
    command: policyCommands[textIn(row, 'command')] ?? 'all',
    permissive: isTrue(row, 'permissive'),
    ...given('using', row),
    ...given('check', row),
  };
}

// ── views, types, functions ──────────────────────────────────────────────────────────────────────────────────────────

function viewOf(row: Row, parts: Parts): View {
  const of = (part: keyof Parts): readonly Row[] => parts[part].get(textIn(row, 'oid')) ?? [];
  return {
    ...named(row),
    materialized: row.kind === 'm',
    columns: of('columns').map((column) => textIn(column, 'name')),
    query: textIn(row, 'query').replace(/;\s*$/, '').trim(),
    indexes: of('indexes').map(defined),
    triggers: of('triggers').map(switchable),
  };
}

function typeOf(row: Row, attributes: ByOwner): Type {
  switch (row.kind) {
    case 'c':
      return {
        ...named(row),
        kind: 'composite',
        attributes: (attributes.get(textIn(row, 'relation')) ?? []).map((each) => ({
          name: textIn(each, 'name'),
          type: textIn(each, 'type'),
        })),
      };
    case 'd':
      return {
        ...named(row),
        kind: 'domain',
        base: textIn(row, 'base'),
        notNull: isTrue(row, 'not_null'),
        ...given('default', row),
        ...given('checks', row),
        ...namedIn('collation', row),
      };
    default:
      return { ...named(row), kind: row.kind === 'r' ? 'range' : 'enum' };
  }
}

function operatorOf(row: Row): CatalogFile['operators'][number] {
  return {
    ...named(row),
    function: { schema: textIn(row, 'function_schema'), name: textIn(row, 'function') },
  };
}

const routineKinds: Readonly<Record<string, Routine['kind']>> = { a: 'aggregate', p: 'procedure' };
const volatilities: Readonly<Record<string, Routine['volatility']>> = { i: 'immutable', s: 'stable' };

function functionOf(row: Row): Routine {
  const kind = routineKinds[textIn(row, 'kind')] ?? 'function';
  const hasSqlBody = row.sql_body !== null && row.sql_body !== undefined;
  return {
    ...named(row),
    kind,
    language: textIn(row, 'language'),
    volatility: volatilities[textIn(row, 'volatility')] ?? 'volatile',
    arguments: textIn(row, 'arguments'),
    ...(kind === 'function' ? given('returns', row) : {}),
    ...(hasSqlBody ? given('sqlBody', row, 'sql_body') : given('body', row)),
  };
}

// ── search_path ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The database's own, then that of roles; without either what a session starts with. */
async function readSearchPath(session: Session): Promise<string[]> {
  const declared = await session.query('reading search_path', queries.searchPaths);
  const rows =
    declared.length > 0 ? declared : await session.query('reading search_path', queries.sessionSearchPath);
  const ofDatabase = rows.filter((row) => isTrue(row, 'of_database'));
  const others = rows
    .filter((row) => !isTrue(row, 'of_database'))
    .sort((left, right) => byCodeUnit(textIn(left, 'path'), textIn(right, 'path')));
  const schemas = [...ofDatabase, ...others].flatMap((row) => splitPath(textIn(row, 'path')));
  return [...new Set(schemas)];
}

/** Schemas of the application: `"$user"` is another for everyone, and pg_catalog is always there. */
function splitPath(path: string): readonly string[] {
  return (path.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [])
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part))
    .filter((schema) => schema !== '' && schema !== '$user' && schema !== 'pg_catalog');
}
