/** FROM items of pgsql-ast-parser's tree → FromItem: it gives joins as a flat list of items that know how they are joined. */
import type { From, FromCall, JoinClause, Name, QName } from 'pgsql-ast-parser';
import type { Alias, FromItem, JoinItem, NamePath, TableItem } from '../tree.js';
import { refuse, type Translation } from './context.js';

export function fromItems(items: readonly From[] | null | undefined, t: Translation): readonly FromItem[] {
  const found: FromItem[] = [];
  for (const item of items ?? []) {
    const right = unjoined(item, t);
    if (!item.join) found.push(right);
    else {
      const left = found.pop() ?? refuse('a join without its left side');
      found.push(joinItem(left, right, item.join, t));
    }
  }
  return found;
}

export function tableName(name: QName): NamePath {
  return name.schema === undefined ? [name.name] : [name.schema, name.name];
}

export function tableItem(name: QName, alias?: string | null): TableItem {
  return { kind: 'table', name: tableName(name), ...aliasOf(alias), only: false, sampled: false };
}

function aliasOf(
  name: string | null | undefined,
  columns?: readonly Name[] | null,
): { readonly alias?: Alias } {
  if (!name) return {};
  return { alias: { name, columns: (columns ?? []).map((column) => column.name) } };
}

function unjoined(item: From, t: Translation): FromItem {
  switch (item.type) {
    case 'table':
      return { ...tableItem(item.name), ...aliasOf(item.name.alias, item.name.columnNames) };
    case 'statement':
      return {
        kind: 'derived',
        query: t.select(item.statement, t),
        ...aliasOf(item.alias, item.columnNames),
        lateral: item.lateral === true,
      };
    case 'call':
      return functionItem(item, t);
  }
}

function functionItem(item: FromCall, t: Translation): FromItem {
  const { alias, join, lateral, withOrdinality, ...bare } = item;
  return {
    kind: 'function',
    calls: [t.expr(bare, t)],
    ...aliasOf(alias?.name, alias?.columns),
    lateral: true,
  };
}

const joinKinds: Readonly<Record<JoinClause['type'], JoinItem['join']>> = {
  'INNER JOIN': 'inner',
  'CROSS JOIN': 'inner',
  'LEFT JOIN': 'left',
  'RIGHT JOIN': 'right',
  'FULL JOIN': 'full',
};

function joinItem(left: FromItem, right: FromItem, join: JoinClause, t: Translation): JoinItem {
  const conditional = Boolean(join.on) || Boolean(join.using);
  if (conditional === (join.type === 'CROSS JOIN')) return refuse('a join without its condition');
  return {
    kind: 'join',
    join: joinKinds[join.type],
    left,
    right,
    ...(join.on ? { on: t.expr(join.on, t) } : {}),
    using: (join.using ?? []).map((column) => column.name),
    natural: false,
  };
}
