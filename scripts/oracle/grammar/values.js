// Constants, columns and expressions of them. Nothing here can fail on some rows and not on others.
import { someValue } from '../schema.js';
import { list, param, seq, sorted } from '../tree.js';
import { inside, ofFamily, outerColumns, ownColumns } from './scope.js';
import { scalarQuery } from './select.js';

/** The type that a constant of a family is cast to. */
export const castOf = { integer: 'bigint', text: 'text', uuid: 'uuid', date: 'date' };

const quoted = (text) => `'${text}'`;

/** A value written out, in one of its spellings. */
export function literal(draw, family, text) {
  const plain = family === 'integer' ? text : quoted(text);
  return draw.weighted([
    [12, plain],
    [1, quoted(text)],
    [1, `${quoted(text)}::${castOf[family]}`],
    [1, `CAST(${plain} AS ${castOf[family]})`],
  ]);
}

/** A constant for the key: in a pinned statement always the same, otherwise mostly. */
export function keyConstant(context) {
  const { draw, pinned, main, family } = context;
  if (pinned || draw.chance(0.8)) return main.tree;
  if (draw.chance(0.2)) return parameterOf(context, main.text);
  return literal(draw, family, draw.chance(0.4) ? main.text : someValue(draw, family));
}

/** A parameter: one that the statement has already, or a new one. */
export function parameterOf({ draw, parameters }, text) {
  const fits = parameters.filter(({ value }) => value === text);
  if (fits.length > 0 && draw.chance(0.5)) return draw.pick(fits);
  const made = param(text);
  parameters.push(made);
  return made;
}

export function constant(context, family) {
  const { draw } = context;
  const text = someValue(draw, family);
  if (draw.chance(0.12)) return sorted('value', parameterOf(context, text), `::${castOf[family]}`);
  return literal(draw, family, text);
}

export function columnOr(context, columns, family) {
  const fits = ofFamily(columns, family);
  return fits.length > 0 ? context.draw.pick(fits).sql : constant(context, family);
}

/** An expression of a family. @returns {import('../tree.js').Tree} */
export function value(context, scope, family, depth = 1) {
  const { draw } = context;
  const own = ownColumns(context, scope);
  const visible = draw.chance(0.15) ? [...own, ...outerColumns(scope)] : own;
  const one = () => columnOr(context, visible, family);
  return draw.weighted([
    [14, one],
    [1, () => constant(context, family)],
    [1, () => sorted('value', `NULL::${castOf[family]}`)],
    [1, () => sorted('value', 'coalesce(', one(), ', ', constant(context, family), ')')],
    [1, () => sorted('value', 'nullif(', one(), ', ', constant(context, family), ')')],
    [
      1,
      () =>
        sorted(
          'value',
          'CASE WHEN ',
          one(),
          ' IS NULL THEN ',
          constant(context, family),
          ' ELSE ',
          one(),
          ' END',
        ),
    ],
    [1, () => sorted('value', 'CASE ', one(), ' WHEN ', constant(context, family), ' THEN ', one(), ' END')],
    [1, () => sorted('value', 'greatest(', one(), ', ', one(), ')')],
    [family === 'integer' ? 1 : 0, () => sorted('value', '(', one(), ' + 1)')],
    [family === 'integer' ? 1 : 0, () => sorted('value', '(', one(), ' * ', one(), ')')],
    [family === 'text' ? 1 : 0, () => sorted('value', 'lower(', one(), ')')],
    [family === 'text' && own.length > 0 ? 1 : 0, () => sorted('value', `${draw.pick(own).sql}::text`)],
    [family === 'integer' ? 2 : 0, () => called(context, own) ?? one()],
    [
      depth > 0 && context.budget.left > 0 ? 1 : 0,
      () => scalarQuery(context, inside(scope), family, depth - 1),
    ],
  ])();
}

/** A call of one of the schema's own functions; undefined where there is none, or none that may be called here. */
function called(context, own) {
  const { draw, schema, pinned, group, unshardedOnly } = context;
  const fits = schema.functions.filter(({ table, ...one }) => {
    const { placement } = schema.tables.find(({ name }) => name === table).placement;
    const isUnsharded = placement === 'unsharded';
    return isUnsharded === unshardedOnly && (!pinned || one.group === group);
  });
  if (fits.length === 0) return undefined;
  const { name, family } = draw.pick(fits);
  const keys = ofFamily(own, family).filter((column) => column.group === group);
  if (pinned) return sorted('value', `${name}(`, keyConstant(context), ')');
  const argument = keys.length > 0 && draw.chance(0.8) ? draw.pick(keys).sql : columnOr(context, own, family);
  return sorted('value', `${name}(`, argument, ')');
}

export const valuesList = (context, family) =>
  list(Array.from({ length: 1 + context.draw.below(3) }, () => constant(context, family)));

export const rowOf = (...values) => seq('(', list(values), ')');
