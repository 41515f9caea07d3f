/** catalog.json with every name replaced. What cannot be for sure is left out or made opaque, so that nothing looks safer than it is. */

import type { CatalogFile } from '../../contract/index.js';
import { splitStatements } from '../../syntax/index.js';
import { type ReadBody, rewriteBody } from './plpgsql.js';
import { type Rewriting, rewriteSql } from './rewrite.js';
import { staysEverywhere } from './words.js';

type Table = CatalogFile['tables'][number];
type Column = Table['columns'][number];
type View = CatalogFile['views'][number];
type Type = CatalogFile['types'][number];
type Routine = CatalogFile['functions'][number];
type Switchable = Table['triggers'][number];
type Named = { readonly schema: string; readonly name: string };

export interface CatalogContext extends Rewriting {
  readonly readBody: ReadBody;
  /** Counts what is left out, by kind. */
  readonly drop: (kind: string) => void;
}

/** A call of it is code that cannot be seen. */
const opaque = 'x_unseen()';

export function anonymizedCatalog(context: CatalogContext, catalog: CatalogFile): CatalogFile {
  return {
    searchPath: catalog.searchPath.map((schema) => nameIn(context, schema)),
    types: catalog.types.map((one) => typeIn(context, one, catalog.functions)),
    sequences: catalog.sequences.map((one) => named(context, one)),
    tables: catalog.tables.map((one) => tableIn(context, one, catalog.functions)),
    functions: catalog.functions.map((one) => functionIn(context, one)),
    operators: catalog.operators.map(({ schema, name, function: called }) => ({
      schema: nameIn(context, schema),
      name,
      function: { schema: nameIn(context, called.schema), name: nameIn(context, called.name) },
    })),
    views: catalog.views.flatMap((one) => viewIn(context, one)),
  };
}

export function nameIn({ pseudonyms, words }: Rewriting, name: string): string {
  return staysEverywhere(words, name) ? name : pseudonyms.name(name);
}

function named(context: CatalogContext, { schema, name }: Named): { schema: string; name: string } {
  return { schema: nameIn(context, schema), name: context.pseudonyms.name(name) };
}

/** A collation may be PostgreSQL's own. */
function collationIn(context: CatalogContext, { collation }: { readonly collation?: Named | undefined }) {
  if (collation === undefined) return {};
  return { collation: { schema: nameIn(context, collation.schema), name: nameIn(context, collation.name) } };
}

// ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function textIn(
  context: CatalogContext,
  text: string,
  around: readonly [string, string],
): string | undefined {
  return rewriteSql(context, text, 'hashes', around)?.text;
}

function expressionIn(context: CatalogContext, text: string, kind: string): string {
  const found = textIn(context, text, ['SELECT ', '']);
  if (found === undefined) context.drop(kind);
  return found ?? opaque;
}

function sqlTypeIn(context: CatalogContext, text: string): string {
  const found = textIn(context, text, ['SELECT NULL::', '']);
  if (found === undefined) context.drop('types');
  return found ?? 'x_unseen';
}

/** Those that can be rewritten whole. */
function definedIn(
  context: CatalogContext,
  parts: readonly { readonly name: string; readonly definition: string }[],
  kind: string,
  around: readonly [string, string] = ['', ''],
) {
  return parts.flatMap(({ name, definition }) => {
    const text = textIn(context, definition, around);
    if (text === undefined) context.drop(kind);
    return text === undefined ? [] : [{ name: context.pseudonyms.name(name), definition: text }];
  });
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function tableIn(context: CatalogContext, table: Table, functions: readonly Routine[]): Table {
  const own = named(context, table);
  const { bound: _bound, partitionKey, parentKind } = table;
  const isCheck = ({ definition }: Table['constraints'][number]): boolean => /^check/i.test(definition);
  const checks = table.constraints.filter(isCheck).flatMap(({ name, definition }) => {
    const check = checkIn(context, definition, functions);
    return check === undefined ? [] : [{ name: context.pseudonyms.name(name), definition: check }];
  });
  const keys = table.constraints.filter((one) => !isCheck(one));
  return {
    ...own,
    kind: table.kind,
    unlogged: table.unlogged,
    columns: table.columns.map((one) => columnIn(context, one)),
    parents: table.parents.map((one) => named(context, one)),
    ...(parentKind === undefined ? {} : { parentKind }),
    ...(partitionKey === undefined ? {} : partitionKeyIn(context, partitionKey)),
    constraints: [
      ...definedIn(context, keys, 'constraints', ['ALTER TABLE x ADD CONSTRAINT x ', '']),
      ...checks,
    ],
    indexes: definedIn(context, table.indexes, 'indexes'),
    triggers: table.triggers.map((one) => triggerIn(context, own, one)),
    rules: table.rules.map((one) => ruleIn(context, own, one)),
    policies: table.policies.map((one) => policyIn(context, one)),
    rowSecurity: table.rowSecurity,
  };
}

/** Of a check only the functions matter that it calls: which values it allows stays at home. */
function checkIn(
  context: CatalogContext,
  definition: string,
  functions: readonly Routine[],
): string | undefined {
  const called = functions.filter(({ name }) => mentions(definition, name));
  const calls = new Set(called.map((one) => `${sqlName(named(context, one))}() IS NULL`));
  return calls.size === 0 ? undefined : `CHECK (${[...calls].join(' AND ')})`;
}

/** A longer name that ends alike, or a word in a literal, is taken for it as well: nothing is overlooked. */
function mentions(text: string, name: string): boolean {
  return text.toLowerCase().includes(name.toLowerCase());
}

function partitionKeyIn(context: CatalogContext, text: string) {
  const partitionKey = textIn(context, text, ['CREATE TABLE x () PARTITION BY ', '']);
  if (partitionKey === undefined) context.drop('partition keys');
  return partitionKey === undefined ? {} : { partitionKey };
}

function columnIn(context: CatalogContext, column: Column): Column {
  const { default: byDefault, generated, identity, sequence } = column;
  return {
    name: context.pseudonyms.name(column.name),
    type: sqlTypeIn(context, column.type),
    notNull: column.notNull,
    ...(byDefault === undefined ? {} : { default: expressionIn(context, byDefault, 'defaults') }),
    ...(generated === undefined ? {} : { generated: expressionIn(context, generated, 'generated columns') }),
    ...(identity === undefined ? {} : { identity }),
    ...(sequence === undefined ? {} : { sequence: named(context, sequence) }),
    ...collationIn(context, column),
  };
}

function sqlName({ schema, name }: Named): string {
  return `${schema}.${name}`;
}

function triggerIn(context: CatalogContext, table: Named, { name, definition, off }: Switchable): Switchable {
  const pseudonym = context.pseudonyms.name(name);
  const text = textIn(context, definition, ['', '']);
  if (text === undefined) context.drop('triggers');
  const unseen = `CREATE TRIGGER ${pseudonym} BEFORE INSERT OR UPDATE OR DELETE ON ${sqlName(table)} FOR EACH ROW EXECUTE FUNCTION ${opaque}`;
  return { name: pseudonym, definition: text ?? unseen, off };
}

/** What a rule does is not looked at, only that there is one. */
function ruleIn(context: CatalogContext, table: Named, { name, definition, off }: Switchable): Switchable {
  const [, event = 'INSERT'] = /\bON (INSERT|UPDATE|DELETE) TO\b/.exec(definition) ?? [];
  const instead = /\bDO INSTEAD\b/.test(definition) ? 'INSTEAD ' : '';
  const pseudonym = context.pseudonyms.name(name);
  const text = `CREATE RULE ${pseudonym} AS ON ${event} TO ${sqlName(table)} DO ${instead}NOTHING`;
  return { name: pseudonym, definition: text, off };
}

function policyIn(context: CatalogContext, policy: Table['policies'][number]): Table['policies'][number] {
  const { using, check, command, permissive } = policy;
  return {
    name: context.pseudonyms.name(policy.name),
    command,
    permissive,
    ...(using === undefined ? {} : { using: expressionIn(context, using, 'policies') }),
    ...(check === undefined ? {} : { check: expressionIn(context, check, 'policies') }),
  };
}

// ── views, types, functions ──────────────────────────────────────────────────────────────────────────────────────────

function viewIn(context: CatalogContext, view: View): readonly View[] {
  const query = textIn(context, view.query, ['', '']);
  if (query === undefined) {
    context.drop('views');
    return [];
  }
  const own = named(context, view);
  return [
    {
      ...own,
      materialized: view.materialized,
      columns: view.columns.map((column) => context.pseudonyms.name(column)),
      query,
      indexes: definedIn(context, view.indexes, 'indexes'),
      triggers: view.triggers.map((one) => triggerIn(context, own, one)),
    },
  ];
}

function typeIn(context: CatalogContext, type: Type, functions: readonly Routine[]): Type {
  switch (type.kind) {
    case 'enum':
    case 'range':
      return { ...named(context, type), kind: type.kind };
    case 'composite':
      return {
        ...named(context, type),
        kind: type.kind,
        attributes: type.attributes.map((each) => ({
          name: context.pseudonyms.name(each.name),
          type: sqlTypeIn(context, each.type),
        })),
      };
    case 'domain': {
      const checks = checkIn(context, type.checks ?? '', functions);
      return {
        ...named(context, type),
        kind: type.kind,
        base: sqlTypeIn(context, type.base),
        notNull: type.notNull,
        ...(type.default === undefined ? {} : { default: expressionIn(context, type.default, 'defaults') }),
        ...(checks === undefined ? {} : { checks }),
        ...collationIn(context, type),
      };
    }
  }
}

function functionIn(context: CatalogContext, routine: Routine): Routine {
  const { kind, language, volatility, returns } = routine;
  return {
    ...named(context, routine),
    kind,
    language,
    volatility,
    arguments: argumentsIn(context, routine),
    ...(returns === undefined ? {} : { returns: returnsIn(context, returns) }),
    ...bodyIn(context, routine),
  };
}

function argumentsIn(context: CatalogContext, routine: Routine): string {
  if (routine.arguments === '') return '';
  const around: readonly [string, string] =
    routine.kind === 'aggregate'
      ? ['CREATE AGGREGATE x(', ') (SFUNC = x, STYPE = x)']
      : ['CREATE PROCEDURE x(', ") LANGUAGE x AS ''"];
  const found = textIn(context, routine.arguments, around);
  if (found === undefined) context.drop('functions');
  return found ?? '';
}

function returnsIn(context: CatalogContext, returns: string): string {
  const found = textIn(context, returns, ['CREATE FUNCTION x() RETURNS ', " LANGUAGE x AS ''"]);
  if (found === undefined) context.drop('functions');
  return found ?? 'record';
}

function bodyIn(
  context: CatalogContext,
  routine: Routine,
): { readonly body?: string; readonly sqlBody?: string } {
  const { body, sqlBody, language } = routine;
  if (sqlBody !== undefined) {
    const found = textIn(context, sqlBody, ['CREATE FUNCTION x() RETURNS x LANGUAGE sql ', '']);
    if (found === undefined) context.drop('function bodies');
    return found === undefined ? {} : { sqlBody: found };
  }
  // Code that is not looked at anyway.
  if (body === undefined || (language === 'plpgsql' && routine.returns !== 'trigger')) return {};
  const found =
    language === 'plpgsql' ? rewriteBody(context, body, context.readBody) : sqlBodyIn(context, body);
  if (found === undefined) context.drop('function bodies');
  return found === undefined ? {} : { body: found };
}

function sqlBodyIn(context: CatalogContext, body: string): string | undefined {
  const statements = splitStatements(body).map(({ text }) => textIn(context, text, ['', '']));
  return statements.includes(undefined) ? undefined : statements.join('; ');
}
