// Queries: SELECT with all its clauses, set operations, VALUES and WITH. Limits are ordered by all outputs, so that no
// result is left to chance; scalar queries give one row at most.
import { list, seq, sorted } from '../tree.js';
import { anyCondition, certainPin, conditions, linkedPairs, subqueryCondition } from './conditions.js';
import { ctes } from './ctes.js';
import { from, readable, tableColumns } from './from.js';
import { keysOf, ofFamily, outerColumns, ownColumns } from './scope.js';
import { castOf, columnOr, constant, keyConstant, rowOf, value } from './values.js';

const familiesToShow = ['integer', 'integer', 'text'];

/**
 * A query of given output families, or of any. `keyFirst`: its first column should be a key.
 * @returns {{ tree: any, columns: readonly { name: string, family: string, group?: string }[] }}
 */
export function query(context, scope, depth, wanted = {}) {
  const { draw, budget } = context;
  const withClause =
    depth > 0 && budget.left > 2 && draw.chance(wanted.top ? 0.3 : 0.06)
      ? ctes(context, scope, depth)
      : undefined;
  const seen = withClause === undefined ? scope : { ...scope, ctes: [...scope.ctes, ...withClause.ctes] };
  if (withClause === undefined && draw.chance(0.04)) {
    const bare = bareQuery(context, wanted);
    if (bare !== undefined) return bare;
  }
  const isSetOperation = depth > 0 && budget.left > 1 && draw.chance(0.13);
  const made = isSetOperation
    ? setOperation(context, seen, depth, wanted)
    : select(context, seen, depth, wanted);
  return withClause === undefined ? made : { ...made, tree: { ...made.tree, with: withClause.tree } };
}

/** VALUES or TABLE in the place of a SELECT. */
function bareQuery(context, wanted) {
  const { draw, pinned } = context;
  if (wanted.families === undefined && draw.chance(0.4)) {
    const tables = readable(context).filter(({ placement }) => !pinned || placement.placement !== 'sharded');
    if (tables.length === 0) return undefined;
    const table = draw.pick(tables);
    const columns = tableColumns(context, table).map(({ isKey: _isKey, ...column }) => column);
    return { tree: { kind: 'table', sort: 'query', name: table.name, width: columns.length }, columns };
  }
  const families = wantedFamilies(context, wanted);
  const cell = (family) => {
    if (draw.chance(0.1)) return `NULL::${castOf[family]}`;
    const one =
      family === context.family && draw.chance(0.5) ? keyConstant(context) : constant(context, family);
    return seq('(', one, `)::${castOf[family]}`);
  };
  const rows = Array.from({ length: 1 + draw.below(2) }, () => rowOf(...families.map(cell)));
  const columns = families.map((family, at) => ({ name: `column${at + 1}`, family }));
  return { tree: { kind: 'values', sort: 'query', rows: list(rows), width: families.length }, columns };
}

function wantedFamilies({ draw, family }, { families }) {
  return families ?? Array.from({ length: 1 + draw.below(3) }, () => draw.pick([...familiesToShow, family]));
}

function select(context, scope, depth, wanted) {
  const { draw } = context;
  const source = from(context, scope, depth);
  const own = { relations: source.relations, outer: scope.outer, ctes: scope.ctes };
  const where = [...source.where, ...whereConditions(context, own, depth)];
  const clauses = {
    kind: 'select',
    sort: 'query',
    from: seq(' FROM ', source.tree),
    where: list(where, { before: ' WHERE ', between: ' AND ' }),
  };
  const families = wantedFamilies(context, wanted);
  const made = draw.chance(wanted.families === undefined ? 0.25 : 0.12)
    ? grouped(context, own, depth, families)
    : plain(context, own, depth, families, wanted);
  return finished(context, { ...clauses, ...made.clauses }, made.columns, wanted, source.relations);
}

function whereConditions(context, scope, depth) {
  const { draw, pinned } = context;
  const count = draw.pick([0, 1, 1, 2]);
  const more = conditions(context, scope, depth, count);
  if (pinned) return more;
  const keys = keysOf(context, ownColumns(context, scope));
  const outer = keysOf(context, outerColumns(scope));
  const joins = scope.relations.flatMap(({ columns, alias }) => {
    const key = columns.find(({ isKey }) => isKey);
    if (key === undefined || !draw.chance(context.tightness)) return [];
    const others = [...keys, ...outer, ...outer].filter(({ relation }) => relation.alias !== alias);
    const one = `${alias}.${key.name}`;
    if (others.length > 0 && draw.chance(0.6))
      return [sorted('condition', one, ' = ', draw.pick(others).sql)];
    return draw.chance(context.pinning) ? [certainPin(context, one, keyConstant(context))] : [];
  });
  return [...joins, ...pathJoins(context, scope), ...more];
}

/** Joins of rows with those that they name, here or outside. */
function pathJoins(context, scope) {
  const { draw } = context;
  const own = ownColumns(context, scope);
  const all = [...own, ...outerColumns(scope)];
  return scope.relations.flatMap((relation) => {
    const pairs = linkedPairs(own, all, relation);
    if (pairs.length === 0 || !draw.chance(context.tightness / 2)) return [];
    const [one, other] = draw.pick(pairs);
    return [sorted('condition', one, ' = ', other)];
  });
}

function named(columns, at) {
  const name = columns[at].name;
  const isTaken = columns.slice(0, at).some((other) => other.name === name);
  return isTaken || name === undefined ? `c${at}` : name;
}

function plain(context, scope, depth, families, wanted) {
  const { draw } = context;
  const own = ownColumns(context, scope);
  if (wanted.families === undefined && wanted.starAllowed !== false && draw.chance(0.12)) {
    const stars = starred(draw, scope);
    if (stars !== undefined) return stars;
  }
  const outputs = families.map((family, at) => {
    const keys = ofFamily(keysOf(context, own), family);
    if (keys.length > 0 && draw.chance(at === 0 ? 0.6 : 0.2)) {
      const key = draw.pick(keys);
      return { value: key.sql, name: key.name, family, group: key.group, link: key.link };
    }
    if (family === 'integer' && draw.chance(0.1)) return windowed(context, own);
    if (family === 'integer' && draw.chance(0.05)) {
      const test = anyCondition(context, scope, depth - 1);
      return { value: sorted('value', '(CASE WHEN ', test, ' THEN 1 ELSE 0 END)'), family };
    }
    if (family === context.family && draw.chance(0.06)) {
      const cast = seq(keyConstant(context), `::${castOf[family]}`);
      return { value: cast, family, group: context.group };
    }
    const fits = ofFamily(own, family);
    if (fits.length > 0 && draw.chance(0.6)) {
      const one = draw.pick(fits);
      return { value: one.sql, name: one.name, family, group: one.group, link: one.link };
    }
    return { value: value(context, scope, family, depth - 1), family };
  });
  const hiding = hidingName(context, own, outputs);
  const items = outputs.map(({ value: tree, window }, at) => ({
    kind: 'item',
    value: tree,
    name: hiding.at === at ? hiding.name : named(outputs, at),
    ...(window ? { merge: 'window' } : {}),
  }));
  const columns = outputs.map(({ family, group, link }, at) => ({
    name: items[at].name,
    family,
    ...(group === undefined ? {} : { group }),
    ...(link === undefined ? {} : { link }),
  }));
  const distinct = distinctOf(context, own, items);
  return { clauses: { items: list(items), ...distinct }, columns };
}

/** Seldom an output has the name of a key that it is not. */
function hidingName({ draw }, own, outputs) {
  const keys = own.filter(({ group }) => group !== undefined);
  if (keys.length === 0 || !draw.chance(0.05)) return {};
  const { name } = draw.pick(keys);
  const isFree = outputs.every((_, at) => named(outputs, at) !== name);
  return isFree ? { at: draw.below(outputs.length), name } : {};
}

function distinctOf(context, own, items) {
  const { draw } = context;
  if (draw.chance(0.1)) return { distinct: true };
  if (own.length === 0 || !draw.chance(0.04)) return {};
  const keys = keysOf(context, own);
  const column = draw.pick(keys.length > 0 && draw.chance(0.6) ? keys : own);
  const at = draw.below(items.length);
  // A bare name is an output's before it is a column's.
  const on = draw.pick([column.sql, column.sql, items[at].name, String(at + 1)]);
  return { distinctOn: on, order: { descending: [] } };
}

/** Stars and rows as wholes, where the names of the columns stay apart. */
function starred(draw, { relations }) {
  const [first] = relations;
  const names = relations.flatMap(({ columns }) => columns.map(({ name }) => name));
  const isClear = new Set(names).size === names.length && first.alias !== undefined;
  if (relations.length > 1 && !isClear) return undefined;
  const columns = (relations.length > 1 ? relations.flatMap((one) => one.columns) : first.columns).map(
    ({ isKey: _isKey, ...column }) => column,
  );
  const text = relations.length > 1 ? '*' : draw.pick(['*', `${first.alias}.*`, `(${first.alias}).*`]);
  return { clauses: { items: list([{ kind: 'item', star: true, value: text }]) }, columns };
}

function windowed({ draw }, own) {
  const part = own.length > 0 && draw.chance(0.6) ? `PARTITION BY ${draw.pick(own).sql} ` : '';
  const numbers = ofFamily(own, 'integer');
  const order = own.length > 0 ? `ORDER BY ${draw.pick(own).sql}` : '';
  const call = draw.pick([
    'rank()',
    'dense_rank()',
    'count(*)',
    ...numbers.slice(0, 1).map(({ sql }) => `sum(${sql})`),
  ]);
  return { value: sorted('value', `(${call} OVER (${part}${order}))::int`), family: 'integer', window: true };
}

const mergeableCalls = {
  integer: ['sum', 'min', 'max'],
  text: ['min', 'max'],
  date: ['min', 'max'],
  uuid: [],
};

/** An aggregate of a family. */
function aggregate(context, own, family) {
  const { draw } = context;
  const any = own.length > 0 ? draw.pick(own).sql : '1';
  const filter =
    own.length > 0 && draw.chance(0.1) ? ` FILTER (WHERE ${draw.pick(own).sql} IS NOT NULL)` : '';
  if (family === 'integer' && (draw.chance(0.35) || ofFamily(own, family).length === 0))
    return draw.chance(0.85)
      ? { value: draw.chance(0.5) ? `count(*)${filter}` : `count(${any})${filter}`, merge: 'count' }
      : { value: `count(DISTINCT ${any})`, merge: 'other' };
  const column = columnOr(context, own, family);
  const calls = mergeableCalls[family];
  if (calls.length === 0 || draw.chance(family === 'text' ? 0.2 : 0.06)) {
    const cast = seq(column, `::${castOf[family]}`);
    const said = draw.weighted([
      [2, seq('(array_agg(', cast, ' ORDER BY ', cast, '))[1]')],
      [family === 'text' ? 2 : 0, seq('string_agg(', cast, ", ',' ORDER BY ", cast, ')')],
      [family === 'text' ? 1 : 0, seq('string_agg(DISTINCT ', cast, ", ',')")],
      [family === 'text' ? 1 : 0, seq('jsonb_agg(', cast, ' ORDER BY ', cast, ')::text')],
      [family === 'text' ? 1 : 0, seq('json_agg(', cast, ' ORDER BY ', cast, ')::text')],
    ]);
    return { value: said, merge: 'other' };
  }
  if (family === 'integer' && draw.chance(0.1)) {
    const parts = [seq('sum(', column, `)${filter}`), seq('count(', column, `)${filter}`)];
    return { value: seq('avg(', column, `)${filter}`), merge: 'avg', parts };
  }
  const call = draw.pick(calls);
  return { value: seq(`${call}(`, column, `)${filter}`), merge: call };
}

function grouped(context, scope, depth, families) {
  const { draw } = context;
  const own = ownColumns(context, scope).filter(
    ({ relation }) => relation.alias !== undefined || !relation.merged,
  );
  const keys = keysOf(context, own);
  const count = draw.pick([0, 1, 1, 2]);
  const groups = [];
  for (let at = 0; at < count && own.length > 0; at += 1) {
    const one = draw.pick(keys.length > 0 && draw.chance(0.5) ? keys : own);
    if (!groups.some(({ sql }) => sql === one.sql)) groups.push(one);
  }
  const sets = groups.length > 0 && draw.chance(0.12);
  const outputs = families.map((family) => {
    const fits = ofFamily(groups, family);
    if (fits.length > 0 && draw.chance(0.6)) {
      const one = draw.pick(fits);
      return {
        value: one.sql,
        name: one.name,
        family,
        ...(sets ? {} : { group: one.group, link: one.link }),
      };
    }
    return { ...aggregate(context, own, family), family };
  });
  const items = outputs.map(({ value: tree, merge, parts }, at) => ({
    kind: 'item',
    value: tree,
    name: named(outputs, at),
    ...(merge === undefined ? {} : { merge }),
    ...(parts === undefined ? {} : { parts }),
  }));
  const columns = outputs.map(({ family, group, link }, at) => ({
    name: items[at].name,
    family,
    ...(group === undefined ? {} : { group }),
    ...(link === undefined ? {} : { link }),
  }));
  const spelled = groups.map(({ sql }) => sql);
  const group = sets
    ? {
        ...list(spelled, {
          before: draw.pick([' GROUP BY ROLLUP (', ' GROUP BY CUBE (', ' GROUP BY GROUPING SETS ((), ']),
          after: ')',
        }),
        sets: true,
      }
    : list(spelled, { before: ' GROUP BY ' });
  const having = draw.chance(0.15)
    ? list(havingOf(context, scope, own, groups, depth), { before: ' HAVING ', between: ' AND ' })
    : undefined;
  const isAggregated =
    groups.length > 0 || items.some(({ merge }) => merge !== undefined) || having !== undefined;
  const forced = isAggregated ? items : [{ kind: 'item', value: 'count(*)', name: 'c0', merge: 'count' }];
  const clauses = {
    items: list(forced),
    group,
    ...(having === undefined ? {} : { having }),
    ...(draw.chance(0.05) ? { distinct: true } : {}),
  };
  return { clauses, columns: isAggregated ? columns : [{ name: 'c0', family: 'integer' }] };
}

function havingOf(context, scope, own, groups, depth) {
  const { draw } = context;
  const any = own.length > 0 ? draw.pick(own).sql : '1';
  const keyed = groups.find(({ group }) => group === context.group);
  const first = draw.weighted([
    [3, () => sorted('condition', `count(*) > ${draw.below(3)}`)],
    [1, () => sorted('condition', `count(${any}) <> 1`)],
    [keyed === undefined ? 0 : 2, () => certainPin(context, keyed.sql, keyConstant(context))],
  ])();
  if (depth <= 0 || context.budget.left <= 0 || !draw.chance(0.2)) return [first];
  return [
    first,
    subqueryCondition(context, { relations: [], outer: scope.outer, ctes: scope.ctes }, depth - 1),
  ];
}

/** Order and limit, lock, and nothing else that could still be missing. */
function finished(context, tree, columns, { top, unnamed }, relations) {
  const { draw } = context;
  const ordered = withLimit(draw, tree, columns.length, top);
  const locked = draw.chance(0.05) ? withLock(draw, ordered, relations) : ordered;
  return { tree: unnamed && draw.chance(0.3) ? withoutNames(locked) : locked, columns };
}

/** Rows can be locked where each is a table's own; those of an outer join only by name. */
function withLock(draw, tree, relations) {
  const isOwn = !tree.distinct && tree.distinctOn === undefined && tree.group === undefined;
  const isPlain = tree.items.items.every(({ merge }) => merge === undefined);
  if (!isOwn || !isPlain) return tree;
  const word = draw.pick([' FOR UPDATE', ' FOR SHARE', ' FOR NO KEY UPDATE', ' FOR KEY SHARE']);
  const [first] = relations;
  return { ...tree, lock: relations.length === 1 ? word : `${word} OF ${first.alias}` };
}

/** Outputs as PostgreSQL names them itself, several alike perhaps: where nothing else names them. */
function withoutNames(tree) {
  if (tree.distinctOn !== undefined) return tree;
  const items = tree.items.items.map(({ name: _name, ...item }) => item);
  return { ...tree, items: list(items) };
}

function withLimit(draw, tree, width, top) {
  const isFree = tree.distinctOn === undefined && !(tree.items?.items ?? []).some(({ star }) => star);
  if (!isFree) return tree;
  const descending = Array.from({ length: width }, (_, at) => at).filter(() => draw.chance(0.2));
  if (draw.chance(0.9)) return top && draw.chance(0.3) ? { ...tree, order: { descending } } : tree;
  const ties = draw.chance(0.15);
  const count = draw.pick([1, 1, 2, 3, 5]);
  const offset = draw.chance(0.2) ? 1 : 0;
  // Among ties it is chance which row an OFFSET skips.
  const limit = ties ? { count, offset: 0, ties } : { count, offset };
  return { ...tree, order: { descending, first: 1 }, limit };
}

function setOperation(context, scope, depth, wanted) {
  const { draw } = context;
  const families = wantedFamilies(context, wanted);
  const arm = () => query(context, scope, depth - 1, { families, keyFirst: true });
  const [left, right] = [arm(), arm()];
  const operator = draw.pick(['UNION', 'UNION', 'UNION', 'INTERSECT', 'EXCEPT']);
  const tree = {
    kind: 'setop',
    sort: 'query',
    operator,
    all: draw.chance(0.5),
    left: left.tree,
    right: right.tree,
  };
  const columns = left.columns.map((column, at) => {
    const isKey = column.group !== undefined && right.columns[at].group === column.group;
    return { name: column.name, family: column.family, ...(isKey ? { group: column.group } : {}) };
  });
  return { tree: withLimit(draw, tree, columns.length, wanted.top), columns };
}

/** One row and one column at most. */
export function scalarQuery(context, scope, family, depth) {
  const { draw } = context;
  if (draw.chance(0.4)) {
    const made = query(context, scope, depth, { families: [family], keyFirst: true });
    if (made.tree.kind === 'select' && made.tree.distinctOn === undefined && made.tree.limit === undefined)
      return sorted(
        'value',
        '(',
        { ...made.tree, sort: undefined, order: { descending: [] }, limit: { count: 1, offset: 0 } },
        ')',
      );
    const call = family === 'uuid' ? 'count(q.*)::text::uuid' : 'max(q.c0)';
    if (family === 'uuid') return sorted('value', 'NULL::uuid');
    return sorted('value', `(SELECT ${call} FROM (`, made.tree, ') q(c0))');
  }
  const source = from(context, scope, Math.min(depth, 1));
  const own = { relations: source.relations, outer: scope.outer, ctes: scope.ctes };
  const columns = ownColumns(context, own);
  const where = list([...source.where, ...whereConditions(context, own, depth)], {
    before: ' WHERE ',
    between: ' AND ',
  });
  return sorted(
    'value',
    '(SELECT ',
    aggregate(context, columns, family).value,
    ' FROM ',
    source.tree,
    where,
    ')',
  );
}
