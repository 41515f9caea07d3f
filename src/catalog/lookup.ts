/** Small questions to a catalog, asked by every reader of statements. All pure. */

import type {
  Catalog,
  Column,
  ForeignKey,
  SqlFunction,
  Table,
  TableName,
  UniqueKey,
  View,
} from '../model/index.js';
import { resolveParent } from './partitions.js';
import { isSystemName } from './system-relations.js';

/** A possibly qualified name, outermost part first. A leading database name is passed over. */
type NamePath = readonly string[];

type Relation =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'view'; readonly view: View };

export function emptyCatalog(): Catalog {
  return {
    tables: new Map(),
    views: new Map(),
    functions: new Map(),
    operators: new Map(),
    types: new Set(),
    sequences: [],
    searchPath: ['public'],
    origin: 'inferred',
    unreadable: [],
  };
}

/** A table of which nothing is known but its name. */
export function unknownTable(name: TableName): Table {
  return {
    name,
    columns: [],
    columnsComplete: false,
    uniqueKeys: [],
    foreignKeys: [],
    rowCode: [],
    indexes: [],
    triggers: [],
    rules: [],
    policies: [],
    rowSecurity: 'off',
    unlogged: false,
  };
}

/**
 * What a name in FROM means: the first schema of the path that has a table or a view of it. A name that none of them has
 * means the one that is in any schema at all, if it is the only one: the path is set where the schema does not show it.
 */
function lookupRelation(
  catalog: Catalog,
  path: NamePath,
  searchPath: readonly string[] = catalog.searchPath,
): Relation | undefined {
  if (searchPath !== catalog.searchPath) return findRelation(catalog, path, searchPath);
  const [schema, name] = [path.at(-2) ?? '', path.at(-1) ?? ''];
  const known = relationsByCatalog.get(catalog)?.get(schema)?.get(name);
  return known === undefined ? remembered(catalog, schema, name, path) : known.relation;
}

function remembered(catalog: Catalog, schema: string, name: string, path: NamePath): Relation | undefined {
  const all = relationsByCatalog.get(catalog) ?? new Map<string, Map<string, Found>>();
  relationsByCatalog.set(catalog, all);
  const inSchema = all.get(schema) ?? new Map<string, Found>();
  all.set(schema, inSchema);
  const relation = findRelation(catalog, path, catalog.searchPath);
  inSchema.set(name, { relation });
  return relation;
}

interface Found {
  readonly relation: Relation | undefined;
}

/** By schema, empty for none, and name: statements ask for the same few relations again and again. */
const relationsByCatalog = new WeakMap<Catalog, Map<string, Map<string, Found>>>();

function findRelation(catalog: Catalog, path: NamePath, searchPath: readonly string[]): Relation | undefined {
  for (const name of candidates(path, searchPath)) {
    const found = relationAt(catalog, name);
    if (found) return found;
  }
  const [only, ...others] =
    path.length === 1 && !isSystemName(path) ? relationsNamed(catalog, path[0] ?? '') : [];
  return only === undefined || others.length > 0 ? undefined : relationAt(catalog, only);
}

/** A materialized view is in both maps, and is a table to those who read it. */
function relationAt(catalog: Catalog, name: TableName): Relation | undefined {
  const table = catalog.tables.get(name);
  if (table) return { kind: 'table', table };
  const view = catalog.views.get(name);
  return view && { kind: 'view', view };
}

const namesByCatalog = new WeakMap<Catalog, ReadonlyMap<string, readonly TableName[]>>();

/** Tables and views of a name in all schemas, sorted. */
export function relationsNamed(catalog: Catalog, name: string): readonly TableName[] {
  const names = namesByCatalog.get(catalog) ?? namesOf(catalog);
  namesByCatalog.set(catalog, names);
  return names.get(name) ?? [];
}

function namesOf(catalog: Catalog): ReadonlyMap<string, readonly TableName[]> {
  const names = new Map<string, TableName[]>();
  for (const full of [...new Set([...catalog.tables.keys(), ...catalog.views.keys()])].sort()) {
    const bare = full.slice(full.indexOf('.') + 1);
    const known = names.get(bare);
    if (known) known.push(full);
    else names.set(bare, [full]);
  }
  return names;
}

export function lookupTable(
  catalog: Catalog,
  path: NamePath,
  searchPath?: readonly string[],
): Table | undefined {
  const found = lookupRelation(catalog, path, searchPath);
  return found?.kind === 'table' ? found.table : undefined;
}

export function lookupView(
  catalog: Catalog,
  path: NamePath,
  searchPath?: readonly string[],
): View | undefined {
  const found = lookupRelation(catalog, path, searchPath);
  return found?.kind === 'view' ? found.view : undefined;
}

/** All overloads of the first schema of the path that has the name; empty for built-in and unknown functions. */
export function lookupFunctions(
  catalog: Catalog,
  path: NamePath,
  searchPath: readonly string[] = catalog.searchPath,
): readonly SqlFunction[] {
  for (const name of candidates(path, searchPath)) {
    const found = catalog.functions.get(name);
    if (found) return found;
  }
  return [];
}

/** PostgreSQL's own relations and those of its monitoring extensions, unless the schema defines one of the name itself. */
export function isSystemRelation(catalog: Catalog, path: NamePath): boolean {
  return isSystemName(path) && lookupRelation(catalog, path) === undefined;
}

function candidates(path: NamePath, searchPath: readonly string[]): readonly string[] {
  const name = path.at(-1) ?? '';
  const schema = path.at(-2);
  return schema === undefined ? searchPath.map((each) => `${each}.${name}`) : [`${schema}.${name}`];
}

export interface Reference {
  readonly table: Table;
  readonly key: ForeignKey;
}

const referencesByCatalog = new WeakMap<Catalog, ReadonlyMap<TableName, readonly Reference[]>>();
const noReferences: readonly Reference[] = [];

/** Foreign keys to this table or one below it, by the name of the table that has them. Partitions stand for their parent on both sides. */
export function referencesTo(catalog: Catalog, target: TableName): readonly Reference[] {
  const references = referencesByCatalog.get(catalog) ?? allReferences(catalog);
  referencesByCatalog.set(catalog, references);
  return references.get(target) ?? noReferences;
}

function allReferences(catalog: Catalog): ReadonlyMap<TableName, readonly Reference[]> {
  const found = new Map<TableName, Map<string, Reference>>();
  for (const child of [...catalog.tables.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const table = catalog.tables.get(resolveParent(catalog, child.name)) ?? child;
    for (const key of child.foreignKeys) {
      const target = resolveParent(catalog, key.target);
      const { name: _name, target: _target, ...acting } = key;
      const known = found.get(target) ?? new Map<string, Reference>();
      found.set(target, known);
      // A partition repeats what its parent says.
      const shape = JSON.stringify([table.name, acting]);
      if (!known.has(shape)) known.set(shape, { table, key });
    }
  }
  return new Map([...found].map(([target, references]) => [target, [...references.values()]]));
}

const columnsByTable = new WeakMap<Table, ReadonlyMap<string, Column>>();

/** Made once for each table: statements ask for their tables' columns again and again. */
export function columnsByName(table: Table): ReadonlyMap<string, Column> {
  const known = columnsByTable.get(table);
  if (known !== undefined) return known;
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  columnsByTable.set(table, columns);
  return columns;
}

export function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The type whose hash a shard key of this column has: a domain's base type; none for arrays and when the type is not known. */
export function keyTypeOf(column: Column): string | undefined {
  return column.array ? undefined : (column.baseType ?? column.type);
}

export function primaryKeyOf(table: Table): UniqueKey | undefined {
  return table.uniqueKeys.find((key) => key.primary);
}
