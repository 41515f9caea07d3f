/**
 * The final draft → the catalog: children get their parents' columns, domains their base types, foreign keys their targets'
 * primary keys, views the names of their columns. Everything is put in order by name, so that two spellings of one schema
 * give the same catalog.
 */

import { parseSync } from 'libpg-query';
import {
  byCodeUnit,
  type Catalog,
  type Column,
  type ForeignKey,
  type RowCode,
  type SqlFunction,
  type Table,
  type UniqueKey,
  type UnreadableSchemaPart,
  type View,
} from '../../model/index.js';
import { unknownTable } from '../lookup.js';
import type { Draft, DraftColumn, DraftTable, DraftView } from './draft.js';
import { lineOf, mergedColumns, withDescendants } from './draft.js';
import { bareName, findRelation, schemaOf } from './names.js';
import { viewColumns } from './output-columns.js';
import { applicationPath } from './settings.js';
import { quoted } from './views.js';

export function settle(draft: Draft): Catalog {
  const unreadable = [...draft.unreadable];
  for (const view of draft.views.values()) followRenames(draft, view);
  const tables = sorted(draft.tables).map(([, table]) => settledTable(draft, table, unreadable));
  const views = sorted(draft.views).map(([, view]) => settledView(draft, view));
  const stored = views.filter(({ materialized }) => materialized).map(storedRows);
  return {
    tables: new Map(byName([...tables, ...stored]).map((table) => [table.name, table])),
    views: new Map(views.map((view) => [view.name, view])),
    functions: new Map(
      sorted(draft.functions).map(([name, overloads]) => [name, settledFunctions(overloads)]),
    ),
    operators: new Map(sorted(draft.operators)),
    types: new Set([...draft.composites.keys(), ...draft.otherTypes].sort(byCodeUnit)),
    sequences: [...draft.sequences].sort(byCodeUnit),
    searchPath: applicationPath(draft),
    origin: 'schema',
    unreadable,
  };
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([left], [right]) => byCodeUnit(left, right));
}

function byName<T extends { readonly name: string }>(parts: readonly T[]): readonly T[] {
  return [...parts].sort((left, right) => byCodeUnit(left.name, right.name));
}

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function settledTable(draft: Draft, table: DraftTable, unreadable: UnreadableSchemaPart[]): Table {
  const [parent] = table.parents;
  return {
    name: table.name,
    columns: settledColumns(draft, table),
    columnsComplete: hasAllColumns(draft, table),
    uniqueKeys: primaryFirst(table.uniqueKeys),
    foreignKeys: settledForeignKeys(draft, table, unreadable),
    indexes: byName(table.indexes),
    triggers: active(table.triggers),
    rules: active(table.rules),
    policies: byName(table.policies),
    rowCode: rowCodeOf(draft, table),
    rowSecurity: rowSecurityOf(table),
    ...(parent === undefined ? {} : { parent }),
    ...(parent === undefined || table.parentKind === undefined ? {} : { parentKind: table.parentKind }),
    ...(table.partitionKey === undefined ? {} : { partitionKey: table.partitionKey }),
    unlogged: table.unlogged,
    source: table.source,
  };
}

function hasAllColumns(draft: Draft, table: DraftTable): boolean {
  return table.columnsComplete && table.parents.every((parent) => draft.tables.has(parent));
}

function settledColumns(draft: Draft, table: DraftTable): readonly Column[] {
  const primary = table.uniqueKeys.filter((key) => key.primary).flatMap((key) => key.columns);
  return mergedColumns(draft, table).map((column) => {
    const { generatedCalls: _generated, domainCalls: _domain, ...settled } = withBaseType(draft, column);
    return primary.includes(column.name) ? { ...settled, nullable: false } : settled;
  });
}

/** A row of the table may lie in any table below it, and is checked by what those above it say as well. */
function rowCodeOf(draft: Draft, table: DraftTable): readonly RowCode[] {
  const family = new Set([...lineOf(draft, table), ...withDescendants(draft, table, false)]);
  return byCode([...family].flatMap((member) => ownRowCode(draft, member)));
}

function ownRowCode(draft: Draft, table: DraftTable): readonly RowCode[] {
  const checks = table.checks.map(({ name, calls }) => ({
    what: `the check ${name} of ${table.name}`,
    calls,
  }));
  const columns = mergedColumns(draft, table).flatMap((column) => {
    const { generatedFrom, generatedCalls = [], domainCalls = [] } = withBaseType(draft, column);
    const place = `${table.name}.${column.name}`;
    return [
      {
        what: `the expression of ${place}`,
        calls: generatedCalls,
        ...(generatedFrom === undefined ? {} : { columns: generatedFrom }),
      },
      { what: `the domain of ${place}`, calls: domainCalls },
    ];
  });
  return [...checks, ...columns].filter(({ calls }) => calls.length > 0);
}

function byCode(code: readonly RowCode[]): readonly RowCode[] {
  const named = new Map(code.map((one) => [one.what, one]));
  return [...named.values()].sort((left, right) => byCodeUnit(left.what, right.what));
}

/** A domain may be made of domains; its own NOT NULL, default and collation count for the column. */
function withBaseType(draft: Draft, column: DraftColumn): DraftColumn & Pick<Column, 'baseType'> {
  let base: (DraftColumn & Pick<Column, 'baseType'>) | undefined;
  const seen = new Set<string>();
  let domain = draft.domains.get(column.type ?? '')?.type;
  let settled: DraftColumn = column;
  while (domain?.type !== undefined && !seen.has(domain.name)) {
    seen.add(domain.name);
    settled = inDomain(settled, domain);
    base = { ...settled, baseType: domain.type };
    domain = draft.domains.get(domain.type)?.type;
  }
  return base ?? settled;
}

function inDomain(column: DraftColumn, domain: DraftColumn): DraftColumn {
  return {
    ...domain,
    ...column,
    domainCalls: [...(column.domainCalls ?? []), ...(domain.domainCalls ?? [])],
    modified: column.modified || domain.modified,
    array: column.array || domain.array,
    nullable: column.nullable && domain.nullable,
  };
}

function primaryFirst(keys: readonly UniqueKey[]): readonly UniqueKey[] {
  return [...keys].sort(
    (left, right) => Number(right.primary) - Number(left.primary) || byCodeUnit(left.name, right.name),
  );
}

function settledForeignKeys(
  draft: Draft,
  table: DraftTable,
  unreadable: UnreadableSchemaPart[],
): readonly ForeignKey[] {
  return byName(table.foreignKeys).flatMap((key) => {
    if (key.targetColumns.length > 0) return [key];
    const target = draft.tables.get(key.target);
    const primary = target?.uniqueKeys.find((each) => each.primary);
    if (primary) return [{ ...key, targetColumns: primary.columns }];
    const reason = `foreign key ${key.name} refers to ${key.target}, whose primary key is not in the schema`;
    unreadable.push({ reason, source: table.source });
    return [];
  });
}

function active<T extends { readonly name: string; readonly disabled: boolean }>(
  parts: readonly T[],
): readonly Omit<T, 'disabled'>[] {
  return byName(parts)
    .filter((part) => !part.disabled)
    .map(({ disabled: _disabled, ...part }) => part);
}

/** FORCE alone does nothing while row-level security is not enabled. */
function rowSecurityOf(table: DraftTable): Table['rowSecurity'] {
  if (!table.rowSecurity.enabled) return 'off';
  return table.rowSecurity.forced ? 'forced' : 'enabled';
}

// ── views and functions ──────────────────────────────────────────────────────────────────────────────────────────────

function settledView(draft: Draft, view: DraftView): View {
  return {
    name: view.name,
    columns: viewColumns(draft, view) ?? [],
    query: view.queryText,
    materialized: view.materialized,
    source: view.source,
  };
}

/** A materialized view's rows lie somewhere, like a table's: to statements it is one, with columns of unknown types. */
function storedRows({ name, columns, source }: View): Table {
  const column = (each: string): Column => ({ name: each, modified: false, array: false, nullable: true });
  return {
    ...unknownTable(name),
    columns: [...new Set(columns)].map(column),
    columnsComplete: columns.length > 0,
    ...(source === undefined ? {} : { source }),
  };
}

/** Text and tree with the names that its relations have in the end. */
function followRenames(draft: Draft, view: DraftView): void {
  const text = currentText(draft, view);
  if (text === view.queryText) return;
  try {
    view.queryNode = parseSync(text).stmts?.[0]?.stmt;
    view.queryText = text;
  } catch {
    // A spelling that takes no alias, such as ONLY (t): the text stays as it was written.
  }
}

/** The view's text with the names its relations have today, qualified: it was written under another path, or before a rename. */
function currentText(draft: Draft, view: DraftView): string {
  let bytes = Buffer.from(view.queryText, 'utf8');
  for (const each of [...view.written].sort((left, right) => right.start - left.start)) {
    const name = each.relation?.name ?? findRelation(draft, each.writtenName.split('.'), view.path)?.name;
    if (name === undefined || name === each.writtenName) continue;
    const writtenAlias = each.writtenName.slice(each.writtenName.indexOf('.') + 1);
    const alias = each.hasAlias || writtenAlias === bareName(name) ? '' : ` ${quoted(writtenAlias)}`;
    const text = `${quoted(schemaOf(name))}.${quoted(bareName(name))}${alias}`;
    bytes = Buffer.concat([bytes.subarray(0, each.start), Buffer.from(text), bytes.subarray(each.end)]);
  }
  return bytes.toString('utf8');
}

function settledFunctions(
  overloads: readonly (SqlFunction & { readonly signature: string })[],
): readonly SqlFunction[] {
  return [...overloads]
    .sort((left, right) => byCodeUnit(left.signature, right.signature))
    .map(({ signature: _signature, ...each }) => each);
}
