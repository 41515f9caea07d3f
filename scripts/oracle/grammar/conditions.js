// Conditions: comparisons of keys and of other columns, NULL tests, AND, OR, NOT, and subqueries.
import { list, seq, sorted } from '../tree.js';
import { inside, keysOf, ofFamily, outerColumns, ownColumns } from './scope.js';
import { query, scalarQuery } from './select.js';
import { castOf, constant, keyConstant, value, valuesList } from './values.js';

const condition = (...parts) => sorted('condition', ...parts);

export const conjunction = (conditions) => list(conditions, { between: ' AND ' });

/** Conditions that hold the key to a constant, in ways that are certain. */
export function certainPin(context, key, aConstant) {
  const { draw } = context;
  return draw.weighted([
    [10, condition(key, ' = ', aConstant)],
    [2, condition(aConstant, ' = ', key)],
    [1, condition(key, ' IN (', aConstant, ')')],
    [1, condition('(', key, ', 1) = (', aConstant, ', 1)')],
    [1, condition('NOT (', key, ' <> ', aConstant, ')')],
    [1, condition(key, ' BETWEEN ', aConstant, ' AND ', aConstant)],
  ]);
}

/** Ways to say something of a key and constants, many of them no pins. */
function keyCondition(context, key) {
  const { draw, family } = context;
  const one = keyConstant(context);
  const other = () => keyConstant(context);
  return draw.weighted([
    [10, () => certainPin(context, key, one)],
    [1, () => condition(key, ' IN (', one, ', ', other(), ')')],
    [1, () => condition(key, ' IN (', one, ', NULL)')],
    [1, () => condition(key, ' IS NOT DISTINCT FROM ', one)],
    [1, () => condition('(', key, ' = ', one, ') IS TRUE')],
    [1, () => condition('(', key, ' = ', one, ') IS NOT FALSE')],
    [1, () => condition('(', key, ' <> ', one, ') = false')],
    [1, () => condition(key, ' = ANY (ARRAY[', one, '])')],
    [1, () => condition(key, ' = ANY (ARRAY[', one, ', ', other(), `]::${castOf[family]}[])`)],
    [1, () => condition(key, ' >= ', one)],
    [1, () => condition(key, ' <> ', one)],
    [1, () => condition('(', key, ' = ', one, ' OR ', key, ' = ', other(), ')')],
    [1, () => condition('coalesce(', key, ', ', one, ') = ', one)],
    [1, () => condition(key, ' = ', one, ' AND ', key, ' = ', other())],
    [1, () => condition('(', key, ', 1) IN ((', one, ', 1), (', other(), ', 1))')],
    [1, () => condition('NOT (', key, ' <> ', one, ' OR ', key, ' IS NULL)')],
  ])();
}

/** Two keys compared. */
function keyJoin({ draw }, left, right) {
  return draw.weighted([
    [14, condition(left, ' = ', right)],
    [1, condition('(', left, ', 1) = (', right, ', 1)')],
    [1, condition('NOT (', left, ' <> ', right, ')')],
    [1, condition(left, ' IS NOT DISTINCT FROM ', right)],
    [1, condition(left, ' >= ', right)],
  ]);
}

/** Columns by which the rows of one table name those of another, and those that name the same. */
export function linkedPairs(own, all, focus) {
  const asked = own.filter(({ link, relation }) => link !== undefined && (focus ?? relation) === relation);
  return asked.flatMap((one) =>
    all.filter(({ link, sql }) => link === one.link && sql !== one.sql).map((other) => [one.sql, other.sql]),
  );
}

/** One condition over the columns of a scope. `focus`: a relation to prefer. */
export function anyCondition(context, scope, depth, focus) {
  const { draw } = context;
  const own = ownColumns(context, scope);
  const keys = keysOf(context, own);
  const focused = keys.filter(({ relation }) => relation === focus);
  const near = focused.length > 0 ? focused : keys;
  const others = (key) =>
    [...keys, ...keysOf(context, outerColumns(scope))].filter(({ sql }) => sql !== key.sql);
  const paths = linkedPairs(own, [...own, ...outerColumns(scope)], focus);
  const forms = [
    [paths.length > 0 ? 6 : 0, () => keyJoin(context, ...draw.pick(paths))],
    [near.length > 0 ? 5 : 0, () => keyCondition(context, draw.pick(near).sql)],
    [
      near.length > 0 ? 6 : 0,
      () => {
        const key = draw.pick(near);
        const fits = others(key);
        return fits.length > 0 ? keyJoin(context, key.sql, draw.pick(fits).sql) : 'true';
      },
    ],
    [4, () => plainCondition(context, scope, depth)],
    [depth > 0 ? 1.5 : 0, () => composed(context, scope, depth, focus)],
    [depth > 0 && context.budget.left > 0 ? 2 : 0, () => subqueryCondition(context, scope, depth)],
  ];
  return draw.weighted(forms)();
}

export function conditions(context, scope, depth, count, focus) {
  return Array.from({ length: count }, () => anyCondition(context, scope, depth, focus));
}

function composed(context, scope, depth, focus) {
  const { draw } = context;
  const inner = () => conjunction(conditions(context, scope, depth - 1, 1 + draw.below(2), focus));
  return draw.weighted([
    [5, () => condition('(', inner(), ' OR ', inner(), ')')],
    [2, () => condition('NOT (', inner(), ')')],
    [1, () => condition('(', inner(), ') IS NOT FALSE')],
    [1, () => condition('CASE WHEN ', inner(), ' THEN ', inner(), ' ELSE false END')],
  ])();
}

function plainCondition(context, scope, depth) {
  const { draw } = context;
  const own = ownColumns(context, scope);
  if (own.length === 0) return '1 = 1';
  const { family } = draw.pick(own);
  const column = draw.pick(ofFamily(own, family)).sql;
  const other = () => value(context, scope, family, depth - 1);
  return draw.weighted([
    [3, () => condition(column, draw.pick([' = ', ' <> ', ' < ', ' >= ']), constant(context, family))],
    [2, () => condition(column, ' = ', other())],
    [1, () => condition(column, ' IS NULL')],
    [2, () => condition(column, ' IS NOT NULL')],
    [1, () => condition(column, draw.pick([' IN (', ' NOT IN (']), valuesList(context, family), ')')],
    [1, () => condition(column, ' IS DISTINCT FROM ', other())],
    [1, () => condition(column, ' BETWEEN ', constant(context, family), ' AND ', other())],
    [1, () => condition('(', column, ', 1) < (', other(), ', 2)')],
    [1, () => condition(column, ' = ANY (ARRAY[', valuesList(context, family), `]::${castOf[family]}[])`)],
    [1, () => condition('(', column, ' = ', other(), ') IS UNKNOWN')],
  ])();
}

/** EXISTS, IN, ANY, ALL and comparisons with a scalar query. */
export function subqueryCondition(context, scope, depth) {
  const { draw } = context;
  const own = ownColumns(context, scope);
  const inner = inside(scope);
  const exists = () => query(context, inner, depth - 1, { unnamed: true }).tree;
  if (own.length === 0) return condition('EXISTS (', exists(), ')');
  const keys = keysOf(context, own);
  const column = keys.length > 0 && draw.chance(0.6) ? draw.pick(keys) : draw.pick(own);
  const one = () =>
    query(context, inner, depth - 1, { families: [column.family], keyFirst: true, unnamed: true }).tree;
  return draw.weighted([
    [5, () => condition('EXISTS (', exists(), ')')],
    [3, () => condition('NOT EXISTS (', exists(), ')')],
    [4, () => condition(column.sql, draw.pick([' IN (', ' = ANY (']), one(), ')')],
    [1, () => condition(column.sql, ' NOT IN (', one(), ')')],
    [1, () => condition(column.sql, draw.pick([' >= ALL (', ' = ALL (', ' <> ALL (']), one(), ')')],
    [
      1,
      () => {
        const second = draw.pick(own);
        const two = { families: [column.family, second.family], keyFirst: true };
        return condition(
          seq('(', column.sql, ', ', second.sql, ')'),
          ' IN (',
          query(context, inner, depth - 1, two).tree,
          ')',
        );
      },
    ],
    [
      2,
      () =>
        condition(
          column.sql,
          draw.pick([' = ', ' <= ', ' <> ']),
          scalarQuery(context, inner, column.family, depth - 1),
        ),
    ],
  ])();
}
