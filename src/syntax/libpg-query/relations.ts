/** FROM items of PostgreSQL's parse tree → FromItem. */
import type {
  JoinExpr,
  Node,
  Alias as PgAlias,
  RangeFunction,
  RangeSubselect,
  RangeTableSample,
  RangeVar,
} from 'libpg-query';
import { call } from '../build.js';
import type { Alias, Expr, FromItem, JoinItem, NamePath, TableItem } from '../tree.js';
import { holdsSubquery } from '../walk.js';
import { exprs, hiddenParts } from './clauses.js';
import { bodyOf, itemsOf, strings, type Translation, tagOf, UntranslatableError } from './nodes.js';

export function fromItems(nodes: readonly Node[] | undefined, t: Translation): readonly FromItem[] {
  return nodes === undefined ? [] : nodes.map((node) => fromItem(node, t));
}

export function fromItem(node: Node | undefined, t: Translation): FromItem {
  if (node === undefined) throw new UntranslatableError('a FROM item is missing');
  if ('RangeVar' in node) return tableItem(node.RangeVar);
  if ('JoinExpr' in node) return joinItem(node.JoinExpr, t);
  if ('RangeSubselect' in node) return derivedItem(node.RangeSubselect, t);
  if ('RangeFunction' in node) return functionItem(node.RangeFunction, t);
  if ('RangeTableSample' in node) return sampledItem(node.RangeTableSample, t);
  if ('RangeTableFunc' in node) {
    return tableFunction('xmltable', node.RangeTableFunc, t);
  }
  if ('JsonTable' in node) return tableFunction('json_table', node.JsonTable, t);
  throw new UntranslatableError(`a FROM item of an unknown kind (${tagOf(node)})`);
}

export function tableName(relation: RangeVar): NamePath {
  const path: string[] = [];
  if (relation.catalogname !== undefined) path.push(relation.catalogname);
  if (relation.schemaname !== undefined) path.push(relation.schemaname);
  path.push(relation.relname ?? '');
  return path;
}

export function tableItem(relation: RangeVar | undefined): TableItem {
  if (relation === undefined) throw new UntranslatableError('a table is missing');
  return {
    kind: 'table',
    name: tableName(relation),
    ...aliasOf(relation.alias),
    only: relation.inh !== true,
    sampled: false,
  };
}

function aliasOf(alias: PgAlias | undefined): { readonly alias?: Alias } {
  if (alias?.aliasname === undefined) return {};
  return { alias: { name: alias.aliasname, columns: strings(alias.colnames) } };
}

function derivedItem(item: RangeSubselect, t: Translation): FromItem {
  const select = item.subquery === undefined ? undefined : bodyOf(item.subquery, 'SelectStmt');
  if (select === undefined) throw new UntranslatableError('a subquery in FROM is missing');
  return {
    kind: 'derived',
    query: t.select(select, t),
    ...aliasOf(item.alias),
    lateral: item.lateral === true,
  };
}

function functionItem(item: RangeFunction, t: Translation): FromItem {
  const calls = (item.functions ?? []).map((entry) => t.expr(itemsOf(entry)[0], t));
  return {
    kind: 'function',
    calls,
    ...functionAlias(item),
    // A function may always refer to the items before it, with the keyword or without.
    lateral: true,
  };
}

/** A column definition list `AS f(a int, b text)` names the columns as an alias list does. */
function functionAlias(item: RangeFunction): { readonly alias?: Alias } {
  const defined = (item.coldeflist ?? []).map((node) => bodyOf(node, 'ColumnDef')?.colname ?? '');
  if (defined.length === 0) return aliasOf(item.alias);
  return { alias: { name: item.alias?.aliasname ?? '', columns: defined } };
}

function tableFunction(
  name: string,
  item: { readonly alias?: PgAlias; readonly lateral?: boolean },
  t: Translation,
): FromItem {
  const args: readonly Expr[] = hiddenParts(item, t);
  return {
    kind: 'function',
    calls: [call(name, args)],
    ...aliasOf(item.alias),
    lateral: true,
  };
}

function sampledItem(item: RangeTableSample, t: Translation): FromItem {
  const sampled = fromItem(item.relation, t);
  const settings = [
    ...exprs(item.args, t),
    ...(item.repeatable === undefined ? [] : [t.expr(item.repeatable, t)]),
  ];
  // The neutral tree has no place for these, so a subquery in them would go unseen.
  if (settings.some(holdsSubquery)) throw new UntranslatableError('a subquery in TABLESAMPLE');
  return sampled.kind === 'table' ? { ...sampled, sampled: true } : sampled;
}

const joinKinds: Readonly<Record<string, JoinItem['join']>> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

function joinItem(join: JoinExpr, t: Translation): JoinItem {
  const kind = joinKinds[join.jointype ?? ''];
  if (kind === undefined) throw new UntranslatableError('a join of an unknown kind');
  return {
    kind: 'join',
    join: kind,
    left: fromItem(join.larg, t),
    right: fromItem(join.rarg, t),
    ...(join.quals === undefined ? {} : { on: t.expr(join.quals, t) }),
    using: strings(join.usingClause),
    natural: join.isNatural === true,
    ...aliasOf(join.alias),
  };
}
