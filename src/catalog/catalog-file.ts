/**
 * catalog.json → the DDL that makes the same schema, each statement with the line of its object. It is then read like any
 * other schema, so that what DDL means is decided in one place.
 */

import { type CatalogFile, parseCatalog } from '../contract/index.js';
import type { TextFile } from './load-text-files.js';

interface PlacedStatement {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

type Table = CatalogFile['tables'][number];
type Column = Table['columns'][number];
type View = CatalogFile['views'][number];
type Type = CatalogFile['types'][number];
type Routine = CatalogFile['functions'][number];
type Named = { readonly schema: string; readonly name: string };

/** SQL never begins with a brace. */
export function isCatalogFile({ text }: TextFile): boolean {
  return /^\uFEFF?\s*\{/.test(text);
}

/** @throws UserError bad-json, bad-input, newer-version */
export function catalogStatements({ file, text }: TextFile): readonly PlacedStatement[] {
  const catalog = parseCatalog(text, file);
  const lineOf = linesIn(text, [...catalog.tables, ...catalog.functions, ...catalog.views]);
  const at =
    <T extends Named>(write: (one: T) => readonly string[]) =>
    (one: T): readonly PlacedStatement[] =>
      write(one).map((each) => ({ text: each, line: lineOf(one) }));
  const { searchPath, types, sequences, tables, functions, operators, views } = catalog;
  return [
    ...searchPathStatement(searchPath),
    ...types.flatMap(at(typeStatements)),
    ...sequences.flatMap(at((one) => [`CREATE SEQUENCE ${nameOf(one)}`])),
    ...tables.flatMap(at((one) => [createTable(one)])),
    ...tables.flatMap(at(parentStatements)),
    ...functions.flatMap(at((one) => [createFunction(one)])),
    ...operators.flatMap(at((one) => [createOperator(one)])),
    ...views.flatMap(at((one) => [createView(one)])),
    ...[...tables, ...views].flatMap(at(indexStatements)),
    ...tables.flatMap(at((one) => constraintStatements(one, isKey))),
    ...tables.flatMap(at((one) => constraintStatements(one, (definition) => !isKey(definition)))),
    ...tables.flatMap(at(guardStatements)),
    ...views.flatMap(at((one) => one.triggers.map(({ definition }) => definition))),
  ];
}

// ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The objects in the order of the file. Whoever laid it out, schema and name stand at an object's head. */
function linesIn(text: string, objects: readonly Named[]): (one: Named) => number {
  const lines = new Map<Named, number>();
  let [offset, line] = [0, 1];
  for (const one of objects) {
    const head = new RegExp(
      `"schema":\\s*${literally(one.schema)},\\s*"name":\\s*${literally(one.name)},\\s*"(?:kind|materialized)"`,
      'g',
    );
    head.lastIndex = offset;
    const found = head.exec(text);
    if (found === null) continue;
    line += text.slice(offset, found.index).split('\n').length - 1;
    offset = found.index;
    lines.set(one, line);
  }
  return (one) => lines.get(one) ?? 1;
}

function literally(text: string): string {
  return JSON.stringify(text).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function nameOf({ schema, name }: Named): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

function createOperator({ schema, name, function: called }: CatalogFile['operators'][number]): string {
  return `CREATE OPERATOR ${quoted(schema)}.${name} (FUNCTION = ${nameOf(called)})`;
}

function searchPathStatement(path: readonly string[]): readonly PlacedStatement[] {
  if (path.length === 0) return [];
  return [{ text: `ALTER DATABASE "any" SET search_path = ${path.map(quoted).join(', ')}`, line: 1 }];
}

function typeStatements(type: Type): readonly string[] {
  switch (type.kind) {
    case 'enum':
      return [`CREATE TYPE ${nameOf(type)} AS ENUM ()`];
    case 'range':
      return [`CREATE TYPE ${nameOf(type)} AS RANGE (SUBTYPE = int4)`];
    case 'composite': {
      const attributes = type.attributes.map((each) => `${quoted(each.name)} ${each.type}`);
      return [`CREATE TYPE ${nameOf(type)} AS (${attributes.join(', ')})`];
    }
    case 'domain':
      return [
        `CREATE DOMAIN ${nameOf(type)} AS ${type.base}${collate(type)}${byDefault(type)}${type.notNull ? ' NOT NULL' : ''}${type.checks === undefined ? '' : ` ${type.checks}`}`,
      ];
  }
}

function collate({ collation }: { readonly collation?: Named | undefined }): string {
  return collation === undefined ? '' : ` COLLATE ${nameOf(collation)}`;
}

function byDefault({ default: expression }: { readonly default?: string | undefined }): string {
  return expression === undefined ? '' : ` DEFAULT ${expression}`;
}

function createTable(table: Table): string {
  const kind = table.kind === 'foreign' ? 'FOREIGN TABLE' : table.unlogged ? 'UNLOGGED TABLE' : 'TABLE';
  const server = table.kind === 'foreign' ? ' SERVER "any"' : '';
  const partitioned = table.partitionKey === undefined ? '' : ` PARTITION BY ${table.partitionKey}`;
  return `CREATE ${kind} ${nameOf(table)} (${table.columns.map(column).join(', ')})${server}${partitioned}`;
}

function column(one: Column): string {
  return [
    `${quoted(one.name)} ${one.type}${collate(one)}`,
    ...(one.default === undefined ? [] : [`DEFAULT ${one.default}`]),
    ...(one.generated === undefined ? [] : [`GENERATED ALWAYS AS (${one.generated}) STORED`]),
    ...(one.identity === undefined ? [] : [identity(one.identity, one.sequence)]),
    ...(one.notNull ? ['NOT NULL'] : []),
  ].join(' ');
}

function identity(when: 'always' | 'by default', sequence: Named | undefined): string {
  const options = sequence === undefined ? '' : ` (SEQUENCE NAME ${nameOf(sequence)})`;
  return `GENERATED ${when.toUpperCase()} AS IDENTITY${options}`;
}

function parentStatements(table: Table): readonly string[] {
  return table.parents.map((parent) =>
    table.parentKind === 'inherits'
      ? `ALTER TABLE ${nameOf(table)} INHERIT ${nameOf(parent)}`
      : `ALTER TABLE ONLY ${nameOf(parent)} ATTACH PARTITION ${nameOf(table)} ${table.bound ?? 'DEFAULT'}`,
  );
}

function indexStatements(owner: Table | View): readonly string[] {
  return owner.indexes.map(({ definition }) => definition);
}

/** Foreign keys may lean on the keys of tables that come later. */
function isKey(definition: string): boolean {
  return !/^foreign key/i.test(definition);
}

function constraintStatements(table: Table, which: (definition: string) => boolean): readonly string[] {
  return table.constraints
    .filter(({ definition }) => which(definition))
    .map((one) => `ALTER TABLE ONLY ${nameOf(table)} ADD CONSTRAINT ${quoted(one.name)} ${one.definition}`);
}

function guardStatements(table: Table): readonly string[] {
  const off = (what: string, parts: Table['triggers']): readonly string[] =>
    parts
      .filter((part) => part.off)
      .map(({ name }) => `ALTER TABLE ${nameOf(table)} DISABLE ${what} ${quoted(name)}`);
  return [
    ...[...table.triggers, ...table.rules].map(({ definition }) => definition),
    ...off('TRIGGER', table.triggers),
    ...off('RULE', table.rules),
    ...table.policies.map((policy) => createPolicy(table, policy)),
    ...(table.rowSecurity === 'off' ? [] : [`ALTER TABLE ${nameOf(table)} ENABLE ROW LEVEL SECURITY`]),
    ...(table.rowSecurity === 'forced' ? [`ALTER TABLE ${nameOf(table)} FORCE ROW LEVEL SECURITY`] : []),
  ];
}

function createPolicy(table: Table, policy: Table['policies'][number]): string {
  const kind = policy.permissive ? 'PERMISSIVE' : 'RESTRICTIVE';
  const using = policy.using === undefined ? '' : ` USING (${policy.using})`;
  const check = policy.check === undefined ? '' : ` WITH CHECK (${policy.check})`;
  const head = `CREATE POLICY ${quoted(policy.name)} ON ${nameOf(table)} AS ${kind}`;
  return `${head} FOR ${policy.command.toUpperCase()}${using}${check}`;
}

function createView(view: View): string {
  const kind = view.materialized ? 'MATERIALIZED VIEW' : 'VIEW';
  const columns = view.columns.length === 0 ? '' : ` (${view.columns.map(quoted).join(', ')})`;
  return `CREATE ${kind} ${nameOf(view)}${columns} AS ${view.query}`;
}

function createFunction(routine: Routine): string {
  const head = `${nameOf(routine)}(${routine.arguments})`;
  if (routine.kind === 'aggregate') {
    const inputs = routine.arguments === '' ? '*' : routine.arguments;
    return `CREATE AGGREGATE ${nameOf(routine)}(${inputs}) (SFUNC = unknown, STYPE = int4)`;
  }
  const returns = routine.returns === undefined ? '' : ` RETURNS ${routine.returns}`;
  const kind = routine.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION';
  const volatility = routine.kind === 'procedure' ? '' : ` ${routine.volatility.toUpperCase()}`;
  const start = `CREATE ${kind} ${head}${returns} LANGUAGE ${quoted(routine.language)}${volatility}`;
  if (routine.sqlBody !== undefined) return `${start} ${routine.sqlBody}`;
  return routine.body === undefined ? `${start} AS '', ''` : `${start} AS ${dollarQuoted(routine.body)}`;
}

function dollarQuoted(text: string): string {
  let tag = '$body$';
  while (text.includes(tag)) tag = tag.replace(/\$$/, '_$');
  return `${tag}${text}${tag}`;
}
