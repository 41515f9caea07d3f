// Statements as trees that can be printed and made smaller. A statement is made of
//   strings · seq (parts in a row) · list (items, '' when empty) · param · row (of VALUES, knowing its key)
//   select · setop (whose clauses the merge of shards has to know) · item (an output column).
// Trees are never changed: a smaller statement is a new tree that shares what stayed.

/** @typedef {any} Tree */

export const seq = (...parts) => ({ kind: 'seq', parts });
export const list = (items, { before = '', between = ', ', after = '' } = {}) => ({
  kind: 'list',
  items,
  before,
  between,
  after,
});
/** An expression that a part of itself of the same sort may stand for: 'condition', 'value' or 'query'. */
export const sorted = (sort, ...parts) => ({ kind: 'seq', sort, parts });
export const param = (value) => ({ kind: 'param', sort: 'value', value });
export const empty = list([]);

/**
 * @param {Tree} tree
 * @param {(row: Tree) => boolean} [keepsRow] which rows of VALUES are printed
 * @returns {{ sql: string, params: readonly (string | null)[] }}
 */
export function print(tree, keepsRow = () => true) {
  const params = [];
  const text = (node) => {
    if (typeof node === 'string') return node;
    if (node === undefined) return '';
    return printers[node.kind](node, text, { params, keepsRow });
  };
  return { sql: text(tree).replace(/ {2,}/g, ' ').trim(), params: params.map(({ value }) => value) };
}

const printers = {
  seq: ({ parts }, text) => parts.map(text).join(''),
  list: ({ items, before, between, after }, text, { keepsRow }) => {
    const kept = items.filter((item) => item.kind !== 'row' || keepsRow(item));
    return kept.length === 0 ? '' : `${before}${kept.map(text).join(between)}${after}`;
  },
  row: ({ values }, text) => `(${text(values)})`,
  item: ({ value, name }, text) => (name === undefined ? text(value) : `${text(value)} AS ${name}`),
  param: (node, _text, { params }) => {
    // The same parameter at two places has one number.
    if (!params.includes(node)) params.push(node);
    return `$${params.indexOf(node) + 1}`;
  },
  select: (node, text) => {
    const on = node.distinctOn === undefined ? '' : `DISTINCT ON (${text(node.distinctOn)}) `;
    const head = `${text(node.with)}SELECT ${node.distinct ? 'DISTINCT ' : on}${text(node.items)}`;
    const rest = [node.from, node.where, node.group, node.having].map(text).join('');
    return `${head}${rest}${orderOf(node, text)}${limitOf(node)}${node.lock ?? ''}`;
  },
  values: ({ rows }, text) => `VALUES ${text(rows)}`,
  table: ({ name }) => `TABLE ${name}`,
  setop: (node, text) => {
    const arms = `(${text(node.left)}) ${node.operator}${node.all ? ' ALL' : ''} (${text(node.right)})`;
    return `${text(node.with)}${arms}${orderOf(node, text)}${limitOf(node)}`;
  },
};

/** How many output columns; undefined when a star hides it. */
export function widthOf(query) {
  if (query.kind === 'setop') return widthOf(query.left);
  if (query.kind !== 'select') return query.width;
  const { items } = query.items;
  return items.some(({ star }) => star) ? undefined : items.length;
}

/** Ordered by all output columns (or the first ones, WITH TIES), so that a limit leaves nothing to chance. */
export function orderColumns(query) {
  if (query.order === undefined) return [];
  const width = widthOf(query) ?? 0;
  const count = query.limit?.ties ? Math.min(width, query.order.first) : width;
  return Array.from({ length: count }, (_, at) => ({ at, descending: query.order.descending.includes(at) }));
}

function orderOf(query, text) {
  const first = query.distinctOn === undefined ? [] : [text(query.distinctOn)];
  const rest = orderColumns(query).map(({ at, descending }) => `${at + 1}${descending ? ' DESC' : ''}`);
  const all = [...first, ...rest];
  return all.length === 0 ? '' : ` ORDER BY ${all.join(', ')}`;
}

function limitOf({ limit }) {
  if (limit === undefined) return '';
  const offset = limit.offset > 0 ? ` OFFSET ${limit.offset}` : '';
  if (limit.ties) return `${offset} FETCH FIRST ${limit.count} ROWS WITH TIES`;
  return `${limit.count === undefined ? '' : ` LIMIT ${limit.count}`}${offset}`;
}

/** The node with one of its clauses left out or replaced, for every way to do so; the greatest steps first. */
function* smallerHere(node) {
  if (node.sort !== undefined) {
    yield* descendants(node, node.sort);
    if (node.sort === 'condition') yield 'true';
    if (node.sort === 'value' && node.kind !== 'param') yield 'NULL';
  }
  if (node.kind === 'list') {
    for (let i = 0; i < node.items.length; i += 1) yield { ...node, items: node.items.toSpliced(i, 1) };
  }
  if (node.kind === 'setop') yield* [node.left, node.right];
  for (const clause of [
    'with',
    'where',
    'group',
    'having',
    'limit',
    'order',
    'distinct',
    'distinctOn',
    'lock',
  ])
    if (node[clause] !== undefined && !(clause === 'order' && node.limit !== undefined)) {
      const { [clause]: _gone, ...rest } = node;
      yield clause === 'distinctOn' ? { ...rest, order: undefined } : rest;
    }
}

function* descendants(node, sort) {
  for (const [, child] of childrenOf(node)) {
    if (child.sort === sort) yield child;
    else yield* descendants(child, sort);
  }
}

function childrenOf(node) {
  if (typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([field, value]) => {
    if (Array.isArray(value))
      return value.flatMap((child, at) => (isNode(child) ? [[[field, at], child]] : []));
    return isNode(value) ? [[[field], value]] : [];
  });
}

const isNode = (value) => typeof value === 'object' && value !== null && 'kind' in value;

function withChild(node, [field, at], child) {
  if (at === undefined) return { ...node, [field]: child };
  return { ...node, [field]: node[field].with(at, child) };
}

/** Every tree that is one step smaller, from the top down. @param {Tree} tree */
export function* smaller(tree) {
  if (typeof tree !== 'object') return;
  yield* smallerHere(tree);
  for (const [place, child] of childrenOf(tree))
    for (const less of smaller(child)) yield withChild(tree, place, less);
}
