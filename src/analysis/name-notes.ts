/** Names whose meaning had to be assumed, or that mean nothing: the reader should know. */

import { isSystemName, relationsNamed } from '../catalog/index.js';
import type { Catalog, Note } from '../model/index.js';
import type { NamesSeen } from './sort-statements.js';

export function nameNotes(
  names: NamesSeen,
  catalog: Catalog,
  vouchedFunctions: readonly string[],
): readonly Note[] {
  return [
    ...(catalog.origin === 'schema'
      ? [...searchPathNotes(names, catalog), ...ambiguous(names, catalog)]
      : []),
    ...vouchedFunctions.flatMap((name) => unknownFunction(name, names, catalog)),
  ];
}

const mostNames = 8;

function searchPathNotes({ tables }: NamesSeen, catalog: Catalog): readonly Note[] {
  const assumed = new Map<string, string[]>();
  const open: Note[] = [];
  for (const name of [...tables].sort()) {
    if (isSystemName([name]) || catalog.searchPath.some((schema) => has(catalog, `${schema}.${name}`)))
      continue;
    const schemas = relationsNamed(catalog, name).map(schemaOf);
    const [schema] = schemas;
    if (schema === undefined) continue;
    if (schemas.length === 1) assumed.set(schema, [...(assumed.get(schema) ?? []), name]);
    else open.push(openName(name, schemas, catalog));
  }
  const notes = [...assumed].map(([schema, found]) => assumedSchema(schema, found, catalog));
  return [...notes.sort((a, b) => Number(a.message > b.message) || -1), ...open];
}

function assumedSchema(schema: string, names: readonly string[], catalog: Catalog): Note {
  const those = names.length === 1 ? 'The name' : 'The names';
  const are = names.length === 1 ? 'is' : 'are';
  return {
    code: 'search-path-assumed',
    message: `${those} ${listed(names)} ${are} in no schema of the search path (${pathOf(catalog)}): ${names.length === 1 ? 'that' : 'those'} of the schema ${schema} ${are} meant, it was assumed, for no other schema has one.`,
  };
}

function openName(name: string, schemas: readonly string[], catalog: Catalog): Note {
  return {
    code: 'search-path-open',
    message: `The name ${name} is in no schema of the search path (${pathOf(catalog)}) and the schemas ${listed(schemas)} have one each: it was taken for a table that the schema does not have. Put ALTER DATABASE … SET search_path into the schema.`,
  };
}

function ambiguous({ severalQueryIds }: NamesSeen, catalog: Catalog): readonly Note[] {
  return severalQueryIds.flatMap(({ source, tables }) => {
    const shared = tables.filter((name) => relationsNamed(catalog, name).length > 1);
    if (shared.length === 0) return [];
    const schemas = [...new Set(shared.flatMap((name) => relationsNamed(catalog, name).map(schemaOf)))];
    const message = `The statement ${source.id} has several queryids, and more than one schema (${listed(schemas.sort())}) has its ${shared.length === 1 ? 'table' : 'tables'} ${listed(shared)}: it may have been run in each, and was judged as one.`;
    return [{ code: 'ambiguous-names', message, source: source.source }];
  });
}

function unknownFunction(name: string, { functions }: NamesSeen, catalog: Catalog): readonly Note[] {
  const bare = name.slice(name.lastIndexOf('.') + 1);
  const known =
    functions.has(name) ||
    [...catalog.functions.keys()].some((one) => one === name || one.endsWith(`.${name}`)) ||
    inSchemaCode(bare, catalog);
  if (known) return [];
  const message = `assume.functions names ${name}, which no statement calls${catalog.origin === 'schema' ? ' and the schema does not define' : ''}: is it spelt as the statements have it?`;
  return [{ code: 'unknown-function', message }];
}

/** Views and functions of the schema call functions too. */
function inSchemaCode(name: string, catalog: Catalog): boolean {
  const texts = [
    ...[...catalog.views.values()].map(({ query }) => query),
    ...[...catalog.functions.values()].flat().map(({ body }) => body ?? ''),
  ];
  return texts.some((text) => text.includes(name));
}

function has(catalog: Catalog, name: string): boolean {
  return catalog.tables.has(name) || catalog.views.has(name);
}

function schemaOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

function pathOf({ searchPath }: Catalog): string {
  return searchPath.length === 0 ? 'which is empty' : searchPath.join(', ');
}

function listed(names: readonly string[]): string {
  const left = names.length - mostNames;
  return left > 0 ? `${names.slice(0, mostNames).join(', ')} and ${left} more` : names.join(', ');
}
