/**
 * Names of a query's output columns, as PostgreSQL chooses them (its FigureColname), `*` opened from the tables and views
 * known. Undefined when a `*` stands for something that is not known: a wrong list would be worse than none.
 */

import type { Alias, JoinExpr, Node, RangeSubselect, RangeVar, SelectStmt } from 'libpg-query';
import { type Draft, type DraftView, mergedColumns } from './draft.js';
import { findRelation } from './names.js';
import { namePathOf, stringOf } from './nodes.js';

type Names = readonly string[];

interface Scope {
  readonly draft: Draft;
  readonly path: Names;
  readonly ctes: ReadonlyMap<string, Names | undefined>;
  /** Views being opened, against circles. */
  readonly opening: ReadonlySet<string>;
}

export function outputColumns(
  draft: Draft,
  query: Node | undefined,
  path: Names,
  opening: ReadonlySet<string> = new Set(),
): Names | undefined {
  const select = query && 'SelectStmt' in query ? query.SelectStmt : undefined;
  return select && selectColumns({ draft, path, ctes: new Map(), opening }, select);
}

export function viewColumns(
  draft: Draft,
  view: DraftView,
  opening: ReadonlySet<string> = new Set(),
): Names | undefined {
  if (opening.has(view.name)) return undefined;
  const inner = new Set([...opening, view.name]);
  const found = outputColumns(draft, view.queryNode as Node | undefined, view.path, inner);
  if (!found) return view.givenColumns.length > 0 ? view.givenColumns : undefined;
  return [...view.givenColumns, ...found.slice(view.givenColumns.length)];
}

function selectColumns(outer: Scope, select: SelectStmt): Names | undefined {
  const scope = withCtes(outer, select);
  if (select.larg) return selectColumns(scope, select.larg);
  const values = select.valuesLists?.[0];
  if (values && 'List' in values) return (values.List.items ?? []).map((_, index) => `column${index + 1}`);
  return flatten((select.targetList ?? []).map((target) => targetColumns(scope, select, target)));
}

function withCtes(scope: Scope, select: SelectStmt): Scope {
  let ctes = scope.ctes;
  for (const node of select.withClause?.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    const { ctename = '', aliascolnames, ctequery } = node.CommonTableExpr;
    const given = namePathOf(aliascolnames);
    const inner = ctequery && 'SelectStmt' in ctequery ? ctequery.SelectStmt : undefined;
    const found = inner && selectColumns({ ...scope, ctes }, inner);
    const names = found ? renamed(found, given) : given.length > 0 ? given : undefined;
    ctes = new Map([...ctes, [ctename, names]]);
  }
  return { ...scope, ctes };
}

function targetColumns(scope: Scope, select: SelectStmt, node: Node): Names | undefined {
  if (!('ResTarget' in node)) return undefined;
  const { name, val } = node.ResTarget;
  if (name) return [name];
  if (val && 'ColumnRef' in val) {
    const fields = val.ColumnRef.fields ?? [];
    const last = fields.at(-1);
    if (last && 'A_Star' in last) return starColumns(scope, select, stringOf(fields.at(-2)));
    return [stringOf(last)];
  }
  return [figuredName(val) ?? '?column?'];
}

/** PostgreSQL's own choice of a name for an expression without AS. */
function figuredName(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ('ColumnRef' in node) return stringOf(node.ColumnRef.fields?.at(-1)) || undefined;
  if ('FuncCall' in node) return namePathOf(node.FuncCall.funcname).at(-1);
  if ('A_Indirection' in node) {
    const field = [...(node.A_Indirection.indirection ?? [])].reverse().find((part) => 'String' in part);
    return field ? stringOf(field) : figuredName(node.A_Indirection.arg);
  }
  if ('TypeCast' in node)
    return figuredName(node.TypeCast.arg) ?? namePathOf(node.TypeCast.typeName?.names).at(-1);
  if ('CollateClause' in node) return figuredName(node.CollateClause.arg);
  if ('CaseExpr' in node) return figuredName(node.CaseExpr.defresult) ?? 'case';
  if ('A_ArrayExpr' in node) return 'array';
  if ('RowExpr' in node) return 'row';
  if ('CoalesceExpr' in node) return 'coalesce';
  if ('MinMaxExpr' in node) return node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest';
  if ('GroupingFunc' in node) return 'grouping';
  if ('SQLValueFunction' in node) return valueFunctionName(node.SQLValueFunction.op);
  if ('SubLink' in node) return subqueryName(node.SubLink.subLinkType, node.SubLink.subselect);
  if ('A_Expr' in node && node.A_Expr.kind === 'AEXPR_NULLIF') return 'nullif';
  return undefined;
}

function valueFunctionName(op: string | undefined): string | undefined {
  return op
    ?.replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase();
}

function subqueryName(kind: string | undefined, query: Node | undefined): string | undefined {
  if (kind === 'EXISTS_SUBLINK') return 'exists';
  if (kind === 'ARRAY_SUBLINK') return 'array';
  if (kind !== 'EXPR_SUBLINK' || !query || !('SelectStmt' in query)) return undefined;
  const target = query.SelectStmt.targetList?.[0];
  if (!target || !('ResTarget' in target)) return undefined;
  return target.ResTarget.name || figuredName(target.ResTarget.val);
}

// ── stars ────────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Item {
  readonly name: string;
  readonly columns: Names | undefined;
}

function starColumns(scope: Scope, select: SelectStmt, qualifier: string): Names | undefined {
  const from = select.fromClause ?? [];
  if (qualifier === '') return flatten(from.map((node) => fromColumns(scope, node)));
  return from.flatMap((node) => itemsIn(scope, node)).find(({ name }) => name === qualifier)?.columns;
}

function fromColumns(scope: Scope, node: Node): Names | undefined {
  if ('JoinExpr' in node) return joinColumns(scope, node.JoinExpr);
  return itemsIn(scope, node)[0]?.columns;
}

/** USING and NATURAL put the shared columns first and once. */
function joinColumns(scope: Scope, join: JoinExpr): Names | undefined {
  const left = join.larg && fromColumns(scope, join.larg);
  const right = join.rarg && fromColumns(scope, join.rarg);
  if (!left || !right) return undefined;
  const shared = join.isNatural ? left.filter((name) => right.includes(name)) : namePathOf(join.usingClause);
  const isOwn = (name: string) => !shared.includes(name);
  return renamed([...shared, ...left.filter(isOwn), ...right.filter(isOwn)], aliasColumns(join.alias));
}

function itemsIn(scope: Scope, node: Node): readonly Item[] {
  if ('RangeVar' in node) return [tableItem(scope, node.RangeVar)];
  if ('RangeSubselect' in node) return [derivedItem(scope, node.RangeSubselect)];
  if ('RangeTableSample' in node)
    return node.RangeTableSample.relation ? itemsIn(scope, node.RangeTableSample.relation) : [];
  if ('JoinExpr' in node) {
    const { larg, rarg, alias } = node.JoinExpr;
    if (alias) return [{ name: alias.aliasname ?? '', columns: joinColumns(scope, node.JoinExpr) }];
    return [larg, rarg].flatMap((side) => (side ? itemsIn(scope, side) : []));
  }
  return [];
}

function tableItem(scope: Scope, relation: RangeVar): Item {
  const columns = relationColumns(scope, relation);
  return {
    name: relation.alias?.aliasname ?? relation.relname ?? '',
    columns: columns && renamed(columns, aliasColumns(relation.alias)),
  };
}

function relationColumns(scope: Scope, relation: RangeVar): Names | undefined {
  const name = relation.relname ?? '';
  if (!relation.schemaname && scope.ctes.has(name)) return scope.ctes.get(name);
  const path = relation.schemaname ? [relation.schemaname, name] : [name];
  const found = findRelation(scope.draft, path, scope.path);
  if (!found) return undefined;
  if ('queryText' in found) return viewColumns(scope.draft, found, scope.opening);
  return found.columnsComplete ? mergedColumns(scope.draft, found).map((column) => column.name) : undefined;
}

function derivedItem(scope: Scope, derived: RangeSubselect): Item {
  const query = derived.subquery;
  const inner = query && 'SelectStmt' in query ? selectColumns(scope, query.SelectStmt) : undefined;
  return {
    name: derived.alias?.aliasname ?? '',
    columns: inner && renamed(inner, aliasColumns(derived.alias)),
  };
}

function aliasColumns(alias: Alias | undefined): Names {
  return namePathOf(alias?.colnames);
}

function renamed(names: Names, given: Names): Names {
  return [...given, ...names.slice(given.length)];
}

function flatten(lists: readonly (Names | undefined)[]): Names | undefined {
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}
