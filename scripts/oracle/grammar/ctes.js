// WITH: queries by name, kept or not, and recursive ones that hand their key on, mostly.
import { list, seq, sorted } from '../tree.js';
import { pinOf, readable, tableColumns } from './from.js';
import { beside } from './scope.js';
import { query } from './select.js';

export function ctes(context, scope, depth) {
  const { draw } = context;
  const made = [];
  const trees = [];
  let isRecursive = false;
  for (let count = draw.pick([1, 1, 2]); count > 0; count -= 1) {
    const name = `w${context.names.next++}`;
    const seen = { ...beside(scope), ctes: [...scope.ctes, ...made] };
    if (draw.chance(0.15) && context.family === 'integer') {
      const one = recursive(context, seen, name);
      isRecursive = true;
      trees.push(one.tree);
      made.push({ name, columns: one.columns });
      continue;
    }
    const isRenamed = draw.chance(0.2);
    const one = query(context, seen, depth - 1, { unnamed: isRenamed });
    const names = one.columns.map((column, index) => (isRenamed ? `y${index}` : column.name));
    const kept = draw.pick(['', '', '', 'MATERIALIZED ', 'NOT MATERIALIZED ']);
    trees.push(seq(`${name}${isRenamed ? `(${names.join(', ')})` : ''} AS ${kept}(`, one.tree, ')'));
    made.push({ name, columns: one.columns.map((column, index) => ({ ...column, name: names[index] })) });
  }
  return { tree: list(trees, { before: isRecursive ? 'WITH RECURSIVE ' : 'WITH ', after: ' ' }), ctes: made };
}

/** Counts up to a few rounds, and hands its key on, mostly. */
function recursive(context, scope, name) {
  const { draw } = context;
  const base = query(context, scope, 0, { families: ['integer', 'integer'], keyFirst: true });
  const tables = readable(context).filter(
    ({ placement }) => placement.group === context.group && placement.addKey === undefined,
  );
  const table = tables.length > 0 && draw.chance(0.6) ? draw.pick(tables) : undefined;
  const relation = table && { alias: 'x', columns: tableColumns(context, table) };
  const key = relation && `x.${table.placement.key}`;
  const join =
    relation &&
    (context.pinned
      ? pinOf(context, relation, [])
      : sorted('condition', draw.chance(0.8) ? `${key} = r.k` : 'x.n = r.n'));
  const handed = draw.weighted([
    [6, 'r.k'],
    [key === undefined ? 0 : 2, key],
    [context.pinned ? 0 : 1, 'r.n'],
    [context.pinned ? 0 : 1, 'r.k + 1'],
  ]);
  const more = draw.weighted([
    [6, '1'],
    [1, 'count(*) OVER (PARTITION BY r.k)'],
    [context.pinned ? 0 : 1, 'count(*) OVER ()'],
  ]);
  const step = seq(
    `SELECT (${handed})::bigint, r.n + ${more} FROM ${name} r`,
    ...(relation ? [` ${draw.pick(['JOIN', 'LEFT JOIN'])} ${table.name} x ON `, join] : []),
    ' WHERE r.n < 3',
  );
  const start = seq('SELECT b.k::bigint, least(b.n, 3)::bigint FROM (', base.tree, ') b(k, n)');
  const tree = seq(`${name}(k, n) AS (`, start, ' UNION ', step, ')');
  return {
    tree,
    columns: [
      {
        name: 'k',
        family: 'integer',
        ...(base.columns[0].group === undefined ? {} : { group: base.columns[0].group }),
      },
      { name: 'n', family: 'integer' },
    ],
  };
}
