// FROM: tables, views, CTEs, derived tables and VALUES, joined in all ways. In a pinned statement every sharded table gets
// its key by a condition that is certain; the conditions for WHERE come back beside the tree.

import { someValue, stepUp } from '../schema.js';
import { list, seq, sorted } from '../tree.js';
import { certainPin, conditions, conjunction } from './conditions.js';
import { aliases, beside, inside, keysOf } from './scope.js';
import { query } from './select.js';
import { keyConstant } from './values.js';

const spell = (relation, column) => `${relation.alias}.${column.name}`;

/** The tables that a statement of this context may read. */
export function readable({ schema, pinned, group, unshardedOnly }) {
  return schema.tables.filter(({ placement }) => {
    if (unshardedOnly) return placement.placement !== 'sharded';
    if (placement.placement === 'unsharded') return false;
    return !pinned || placement.placement === 'global' || placement.group === group;
  });
}

export function tableColumns({ group, schema }, table) {
  const { placement } = table;
  return table.columns.map((column) => {
    const isKey = placement.placement === 'sharded' && column.name === placement.key;
    const isSpoken = isKey || (column.name === 'other' && placement.group === group);
    return {
      name: column.name,
      family: column.family,
      ...(isSpoken && (placement.group ?? group) === group ? { group } : {}),
      ...(isKey && placement.group === group ? { isKey } : {}),
      ...linkOf(schema, table, column.name),
    };
  });
}

/** Columns of one link name the same rows, whose shard is that of the rows that name them. */
function linkOf({ tables }, table, column) {
  const step = stepUp(table);
  if (step?.own === column) return { link: `${step.table}.${step.target}` };
  const own = `${table.name}.${column}`;
  const isNamed = tables.map(stepUp).some((one) => one !== undefined && `${one.table}.${one.target}` === own);
  return isNamed ? { link: own } : {};
}

const isLinked = (one, other) => stepUp(one)?.table === other.name || stepUp(other)?.table === one.name;

function tableSource(context, alias) {
  const tables = readable(context);
  const { views } = context.schema;
  const { draw } = context;
  if (!context.pinned && !context.unshardedOnly && views.length > 0 && draw.chance(0.1)) {
    const view = draw.pick(views);
    return { tree: `${view.name} ${alias}`, relation: { alias, columns: view.columns } };
  }
  const linked = tables.filter((one) => tables.some((other) => isLinked(one, other)));
  const table = draw.pick(linked.length > 0 && draw.chance(0.5) ? linked : tables);
  return {
    tree: `${table.name} ${alias}`,
    relation: { alias, columns: tableColumns(context, table), table },
  };
}

function source(context, scope, depth, alias, lateral) {
  const { draw, budget } = context;
  budget.left -= 1;
  const cte = () => {
    const one = draw.pick(scope.ctes);
    return { tree: `${one.name} ${alias}`, relation: { alias, columns: one.columns } };
  };
  const derived = () => {
    const isLateral = lateral !== undefined && draw.chance(0.4);
    const inner = isLateral ? inside(lateral) : beside(scope);
    const isRenamed = draw.chance(0.25);
    const made = query(context, inner, depth - 1, { unnamed: isRenamed });
    const names = isRenamed ? made.columns.map((_, at) => `z${at}`) : undefined;
    const columns = made.columns.map((column, at) => ({ ...column, name: names?.[at] ?? column.name }));
    const after = names === undefined ? '' : `(${names.join(', ')})`;
    const tree = seq(isLateral ? 'LATERAL ' : '', '(', made.tree, ') ', alias, after);
    return { tree, relation: { alias, columns }, isLateral };
  };
  const values = () => {
    const rows = Array.from({ length: 1 + draw.below(2) }, () =>
      seq('(', keyConstant(context), `, ${someValue(draw, 'integer')})`),
    );
    const columns = [
      { name: 'k', family: context.family, ...(context.pinned ? {} : { group: context.group }) },
      { name: 'n', family: 'integer' },
    ];
    return { tree: seq('(VALUES ', list(rows), `) ${alias}(k, n)`), relation: { alias, columns } };
  };
  return draw.weighted([
    [12, () => tableSource(context, alias)],
    [scope.ctes.length > 0 ? 6 : 0, cte],
    [depth > 0 && budget.left > 0 ? 3 : 0, derived],
    [context.main.tree.kind === 'param' || context.family !== 'integer' ? 0 : 0.4, values],
    [
      0.15,
      () => ({
        tree: `generate_series(1, 2) ${alias}(n)`,
        relation: { alias, columns: [{ name: 'n', family: 'integer' }] },
      }),
    ],
  ])();
}

/** What joins along the path of an added key may name in a relation. */
export const linksOf = (relation) =>
  relation.columns.flatMap((column) =>
    column.link === undefined ? [] : [{ link: column.link, sql: spell(relation, column) }],
  );

/** A condition that pins the relation's key, by a constant or by a key that is pinned already. */
export function pinOf(context, relation, pinnedKeys, pinnedLinks = []) {
  const { draw } = context;
  const key = relation.columns.find(({ isKey }) => isKey);
  if (key === undefined) return pinAlongPath(context, relation, pinnedLinks);
  const own = spell(relation, key);
  if (pinnedKeys.length > 0 && draw.chance(0.6)) {
    const other = draw.pick(pinnedKeys);
    return sorted('condition', ...(draw.chance(0.5) ? [own, ' = ', other] : [other, ' = ', own]));
  }
  return certainPin(context, own, keyConstant(context));
}

/** A condition that pins an added key: by the named row where it is pinned already, or where it is looked for. */
function pinAlongPath(context, { alias, table }, pinnedLinks) {
  const { draw, schema } = context;
  const step = table === undefined ? undefined : stepUp(table);
  if (step === undefined) return undefined;
  const own = `${alias}.${step.own}`;
  const near = pinnedLinks.filter(({ link }) => link === `${step.table}.${step.target}`);
  if (near.length > 0 && draw.chance(0.8)) {
    const other = draw.pick(near).sql;
    return sorted('condition', ...(draw.chance(0.5) ? [own, ' = ', other] : [other, ' = ', own]));
  }
  const parent = schema.tables.find(({ name }) => name === step.table);
  const inner = `${alias}u`;
  const named = { alias: inner, columns: tableColumns(context, parent), table: parent };
  const pin = pinOf(context, named, []);
  // A row of another group: no key that is pinned here.
  if (pin === undefined) return undefined;
  const query = (shown, ...more) =>
    seq(`SELECT ${shown} FROM ${parent.name} ${inner} WHERE `, conjunction([...more, pin]));
  const column = `${inner}.${step.target}`;
  return draw.chance(0.5)
    ? sorted('condition', `${own} IN (`, query(column), ')')
    : sorted('condition', 'EXISTS (', query('1', sorted('condition', column, ' = ', own)), ')');
}

function pinnedOutside(scope) {
  const hidden = new Set(scope.relations.map(({ alias }) => alias));
  const found = [];
  for (let at = scope.outer; at !== undefined; at = at.outer) {
    for (const relation of at.relations) {
      const key = relation.columns.find(({ isKey }) => isKey);
      const sees = !hidden.has(relation.alias) && !relation.nullable;
      if (key !== undefined && sees) found.push(spell(relation, key));
    }
    for (const { alias } of at.relations) hidden.add(alias);
  }
  return found;
}

/**
 * @returns {{ tree: any, relations: readonly any[], where: readonly any[] }}
 */
export function from(context, scope, depth) {
  const { draw, pinned } = context;
  const count = Math.min(draw.pick([1, 1, 2, 2, 3]), Math.max(1, context.budget.left));
  const first = source(context, scope, depth, aliases[0], undefined);
  let tree = first.tree;
  let relations = [first.relation];
  const where = [];
  // A name of this query hides the same one outside, also names that come later.
  const outside = { ...scope, relations: aliases.slice(0, count).map((alias) => ({ alias, columns: [] })) };
  const pinnedKeys = pinned ? pinnedOutside(outside) : [];
  const pinnedLinks = [];
  const pin = (relation) => {
    const one = pinned ? pinOf(context, relation, pinnedKeys, pinnedLinks) : undefined;
    const key = relation.columns.find(({ isKey }) => isKey);
    const note = () => {
      if (key !== undefined) pinnedKeys.push(spell(relation, key));
      if (relation.table !== undefined) pinnedLinks.push(...linksOf(relation));
    };
    return { one, note };
  };
  const firstPin = pin(first.relation);
  if (firstPin.one !== undefined) where.push(firstPin.one);
  firstPin.note();
  for (let at = 1; at < count; at += 1) {
    const local = { relations, outer: scope.outer, ctes: scope.ctes };
    const next = source(context, scope, depth, aliases[at], local);
    const joined = joinTo(context, { tree, relations, scope, depth }, next, pin(next.relation), count);
    tree = joined.tree;
    relations = joined.relations;
    where.push(...joined.where);
    if (joined.last) break;
  }
  return { tree, relations, where };
}

function joinTo(context, { tree, relations, scope, depth }, next, { one, note }, count) {
  const { draw, pinned } = context;
  const kind = draw.weighted([
    [2, ','],
    [5, 'JOIN'],
    [4, 'LEFT JOIN'],
    [pinned || next.isLateral ? 0 : 2, 'RIGHT JOIN'],
    [pinned || next.isLateral ? 0 : 1.5, 'FULL JOIN'],
    [1, 'CROSS JOIN'],
  ]);
  const { relation } = next;
  const both = { relations: [...relations, relation], outer: scope.outer, ctes: scope.ctes };
  const pins = one === undefined ? [] : [one];
  if (kind === ',' || kind === 'CROSS JOIN') {
    note();
    const word = kind === ',' && count === 2 ? ', ' : ' CROSS JOIN ';
    return { tree: seq(tree, word, next.tree), relations: both.relations, where: pins };
  }
  const shared = count === 2 ? sharedNames(relations[0], relation) : [];
  if (!next.isLateral && shared.length > 0 && draw.chance(0.25)) {
    if (kind === 'JOIN') note();
    // Pins of a nullable side would have to stand in ON, which USING has no room for.
    if (kind === 'JOIN' || !pinned)
      return { ...usingJoin(context, tree, relations, next, kind, shared), where: pins };
  }
  if (kind === 'FULL JOIN')
    return {
      tree: seq(tree, ' FULL JOIN ', next.tree, ' ON ', fullCondition(context, relations, relation)),
      relations: both.relations,
      where: [],
    };
  const more = conditions(context, both, depth - 1, draw.pick(pinned ? [0, 1, 1] : [1, 1, 2]), relation);
  const inOn = kind === 'LEFT JOIN' || draw.chance(0.5) ? pins : [];
  const on = [...inOn, ...more];
  const after = kind === 'LEFT JOIN' ? { ...relation, nullable: true } : relation;
  if (kind === 'JOIN') note();
  return {
    tree: seq(tree, ` ${kind} `, next.tree, ' ON ', on.length === 0 ? 'true' : conjunction(on)),
    relations: [...relations, after],
    where: inOn.length > 0 ? [] : pins,
  };
}

function sharedNames(left, right) {
  const once = (columns, name) => columns.filter((column) => column.name === name).length === 1;
  const names = right.columns
    .filter(({ name, family }) =>
      left.columns.some((column) => column.name === name && column.family === family),
    )
    .map(({ name }) => name);
  return names.filter((name) => once(left.columns, name) && once(right.columns, name));
}

function usingJoin(context, tree, relations, next, kind, shared) {
  const { draw } = context;
  const names = shared.filter((name) => name === 'k' || draw.chance(0.4));
  const using = names.length > 0 ? names : [shared[0]];
  const [left] = relations;
  const sameFamilies = next.relation.columns.every(({ name, family }) =>
    left.columns.every((column) => column.name !== name || column.family === family),
  );
  const natural = sameFamilies && draw.chance(0.3);
  const merged = left.columns.filter(({ name }) => (natural ? shared : using).includes(name));
  const columns = merged.map(({ isKey: _isKey, ...column }) => column);
  return {
    tree: natural
      ? seq(tree, ` NATURAL ${kind} `, next.tree)
      : seq(tree, ` ${kind} `, next.tree, ` USING (${using.join(', ')})`),
    relations: [
      { ...left, merged: true },
      { ...next.relation, merged: true },
      { alias: undefined, columns },
    ],
    last: true,
  };
}

const isNear = (one, two) =>
  (one.group !== undefined && two.group !== undefined) || (one.link !== undefined && one.link === two.link);

/** FULL JOIN takes only equalities of columns that can be hashed or merged. */
function fullCondition(context, relations, relation) {
  const { draw } = context;
  const pairs = relations.flatMap((left) =>
    left.columns.flatMap((one) =>
      relation.columns.flatMap((two) =>
        one.family === two.family ? [[spell(left, one), spell(relation, two), isNear(one, two)]] : [],
      ),
    ),
  );
  const keyed = pairs.filter(([, , keys]) => keys);
  if (pairs.length === 0) return 'false';
  const [one, two] = draw.pick(keyed.length > 0 && draw.chance(0.7) ? keyed : pairs);
  const equal = sorted('condition', one, ' = ', two);
  const keys = keysOf(context, relation.columns);
  if (keys.length === 0 || draw.chance(0.7)) return equal;
  return conjunction([equal, certainPin(context, spell(relation, keys[0]), keyConstant(context))]);
}
