// Random schemas with a placement for each table. Values come from small domains, so that rows meet, tie and are missing.
import { makeFunctions, makeTriggers } from './code.js';

/** @typedef {{ name: string, type: string, family: string, notNull: boolean, byDefault?: string }} Column */
/**
 * @typedef {{
 *   name: string, columns: readonly Column[], primary: readonly string[], uniques: readonly (readonly string[])[],
 *   foreign: readonly { columns: readonly string[], table: string, target: readonly string[], action: string }[],
 *   placement: any,
 * }} Table
 */
/** @typedef {{ tables: readonly Table[], views: readonly { name: string, sql: string, columns: any[] }[] }} Schema */

const typesOf = {
  integer: ['bigint', 'integer', 'integer', 'smallint'],
  text: ['text', 'text', 'varchar(9)', 'varchar'],
  uuid: ['uuid'],
  date: ['date'],
};

const domains = {
  integer: ['1', '2', '3', '4', '5', '6', '42', '0'],
  text: ['a', 'b', 'c', 'd', 'e', '', 'x ', '42'],
  uuid: [1, 2, 3, 4, 5, 6].map((digit) => `0000000${digit}-0000-4000-8000-000000000000`),
  date: [1, 2, 3, 4, 5, 6].map((day) => `2024-02-0${day}`),
};

/** A value of a family's domain, as text; seldom one that few rows have. */
export function someValue(draw, family) {
  const domain = domains[family];
  return domain[draw.chance(0.85) ? draw.below(Math.min(5, domain.length)) : draw.below(domain.length)];
}

/** @returns {Schema} */
export function makeSchema(draw) {
  const groups = [makeGroup(draw, 'g1'), ...(draw.chance(0.3) ? [makeGroup(draw, 'g2')] : [])];
  const count = 1 + draw.below(8);
  const tables = [];
  for (let at = 1; at <= count; at += 1) {
    const parents = tables.filter(canBeParent);
    tables.push(
      parents.length > 0 && draw.chance(0.4)
        ? makeChild(draw, `t${at}`, draw.pick(parents))
        : makeTable(draw, `t${at}`, groups, tables),
    );
  }
  const views = draw.chance(0.4) ? [makeView(draw, tables)] : [];
  const triggers = draw.chance(0.25) ? makeTriggers(draw, tables) : [];
  const functions = draw.chance(0.25) ? makeFunctions(draw, tables) : [];
  return { tables, views, triggers, functions };
}

function makeGroup(draw, name) {
  const family = draw.weighted([
    [6, 'integer'],
    [2, 'text'],
    [1, 'uuid'],
    [1, 'date'],
  ]);
  return { name, family, column: draw.pick(['k', 'k', `${name}_id`]) };
}

function makeTable(draw, name, groups, earlier) {
  const group = draw.weighted(groups.map((one, at) => [at === 0 ? 4 : 1, one]));
  const where = draw.weighted([
    [14, 'sharded'],
    [4, 'global'],
    [1, 'unsharded'],
  ]);
  const key = column(draw, draw.chance(0.8) ? group.column : 'own', group.family, draw.chance(0.8));
  const others = [
    column(draw, 'id', 'integer', draw.chance(0.7)),
    column(draw, 'n', 'integer', false),
    ...(draw.chance(0.6) ? [column(draw, 's', 'text', false)] : []),
    ...(draw.chance(0.4) ? [column(draw, 'other', group.family, false)] : []),
    ...(draw.chance(0.3) ? [{ ...column(draw, 'm', 'integer', false), byDefault: '3' }] : []),
    ...(draw.chance(0.2) ? [column(draw, 'd', 'date', false)] : []),
  ];
  const columns = draw.chance(0.7) ? [key, ...others] : [...others, key];
  const primary = primaryKey(draw, key, others[0]);
  const uniques = draw.chance(0.3) ? [draw.pick([['n'], [key.name, 'n'], ['id']])] : [];
  const placement =
    where === 'sharded'
      ? { placement: where, key: key.name, keyType: key.type, group: group.name }
      : { placement: where };
  const table = { name, columns, primary, uniques, foreign: [], placement };
  return { ...table, foreign: foreignKeys(draw, table, earlier) };
}

/** The columns that one other column can name a row by. */
const namingColumns = ({ primary, uniques, columns }) =>
  [primary, ...uniques].flatMap((names) =>
    names.length === 1 && columns.some(({ name, notNull }) => name === names[0] && notNull) ? names : [],
  );

const canBeParent = (table) => table.placement.placement === 'sharded' && namingColumns(table).length > 0;

/** A table whose rows lie with the row that they name: its key is a column that it does not have yet. */
function makeChild(draw, name, parent) {
  const target = draw.pick(namingColumns(parent));
  const { family } = parent.columns.find((one) => one.name === target);
  // A row may be named by the column that also says who it is.
  const isOneToOne = draw.chance(0.2);
  const reference = column(draw, isOneToOne ? 'id' : 'p', family, true);
  const columns = [
    ...(isOneToOne ? [] : [column(draw, 'id', 'integer', draw.chance(0.8))]),
    reference,
    column(draw, 'n', 'integer', false),
    ...(draw.chance(0.5) ? [column(draw, 's', 'text', false)] : []),
  ];
  const { key, keyType, group, addKey } = parent.placement;
  const above = addKey ?? { path: [], targetKey: key };
  const named = draw.chance(0.5) ? above.targetKey : 'up';
  const path = [`${reference.name} -> public.${parent.name}.${target}`, ...above.path];
  const action = draw.pick(['', '', ' ON DELETE CASCADE', ' ON UPDATE CASCADE']);
  return {
    name,
    columns,
    primary: columns[0].notNull ? draw.pick([['id'], ['id'], isOneToOne ? ['id'] : ['p', 'id'], []]) : [],
    uniques: draw.chance(0.15) ? [[reference.name, 'n']] : [],
    foreign: [{ columns: [reference.name], table: parent.name, target: [target], action }],
    placement: {
      placement: 'sharded',
      key: named,
      keyType,
      group,
      addKey: { path, targetKey: above.targetKey },
    },
  };
}

/** What an added key hangs on: its table's own column, and the row that this one names. */
export function stepUp({ placement }) {
  const step = placement.addKey?.path[0];
  const [, own, table, target] = /^(\w+) -> public\.(\w+)\.(\w+)$/.exec(step ?? '') ?? [];
  return own === undefined ? undefined : { own, table, target };
}

function column(draw, name, family, notNull) {
  return { name, family, type: draw.pick(typesOf[family]), notNull };
}

function primaryKey(draw, key, id) {
  if (!key.notNull) return [];
  if (draw.chance(0.35)) return [key.name];
  if (!id.notNull) return [];
  return draw.weighted([
    [5, [key.name, 'id']],
    [3, ['id']],
    [1, []],
  ]);
}

/** Only such foreign keys as every shard can hold: to the same group by the key, or to a global table. */
function foreignKeys(draw, table, earlier) {
  const { placement } = table;
  if (placement.placement === 'unsharded' || !draw.chance(0.4)) return [];
  const fits = earlier.flatMap((target) => {
    if (target.primary.length === 0 || target.placement.placement === 'unsharded') return [];
    const columns = target.primary.map((name) => {
      const wanted = target.columns.find((one) => one.name === name);
      if (placement.placement === 'sharded' && name === target.placement.key) return placement.key;
      return table.columns.find((one) => one.name === name && one.family === wanted.family)?.name;
    });
    const together =
      target.placement.placement === 'global' ||
      (placement.placement === 'sharded' &&
        target.placement.addKey === undefined &&
        placement.group === target.placement.group &&
        target.primary.includes(target.placement.key));
    const sameTypes = columns.every((name, at) => {
      const own = table.columns.find((one) => one.name === name);
      return own?.family === target.columns.find((one) => one.name === target.primary[at])?.family;
    });
    const fitting = together && sameTypes && new Set(columns).size === columns.length;
    return fitting ? [{ columns, table: target.name, target: target.primary, action: '' }] : [];
  });
  if (fits.length === 0) return [];
  return [{ ...draw.pick(fits), action: draw.pick(['', '', ' ON DELETE CASCADE', ' ON DELETE SET NULL']) }];
}

function makeView(draw, tables) {
  const base = draw.pick(tables);
  const key = (base.columns.find(({ name }) => name === base.placement.key) ?? base.columns[0]).name;
  const named = (name) => base.columns.find((one) => one.name === name);
  const keyed = { ...named(key), ...(base.placement.key === key ? { group: base.placement.group } : {}) };
  const number = { name: 'n', family: 'integer' };
  // Where it refers to a parent's key, the id is of that one's type.
  const other = named('id')?.family === 'integer' ? 'id' : 'n';
  return {
    name: 'v1',
    columns: [keyed, number],
    sql: draw.pick([
      `SELECT ${key}, n FROM ${base.name} WHERE n > 0`,
      `SELECT ${key}, count(*) AS n FROM ${base.name} GROUP BY ${key}`,
      `SELECT ${key}, n FROM ${base.name} UNION SELECT ${key}, ${other} FROM ${base.name}`,
    ]),
  };
}

/** The DDL of one table or view a line. @param {Schema} schema */
export function ddlOf({ tables, views, triggers, functions }) {
  return [
    ...tables.map(tableDdl),
    ...views.map(({ name, sql }) => `CREATE VIEW ${name} AS ${sql};`),
    ...[...functions, ...triggers].map(({ sql }) => sql),
  ].join('\n');
}

function tableDdl({ name, columns, primary, uniques, foreign }) {
  const parts = [
    ...columns.map((one) => {
      const byDefault = one.byDefault === undefined ? '' : ` DEFAULT ${one.byDefault}`;
      return `${one.name} ${one.type}${one.notNull ? ' NOT NULL' : ''}${byDefault}`;
    }),
    ...(primary.length > 0 ? [`PRIMARY KEY (${primary.join(', ')})`] : []),
    ...uniques.map((names) => `UNIQUE (${names.join(', ')})`),
    ...foreign.map(
      ({ columns: own, table, target, action }) =>
        `FOREIGN KEY (${own.join(', ')}) REFERENCES ${table} (${target.join(', ')})${action}`,
    ),
  ];
  return `CREATE TABLE ${name} (${parts.join(', ')});`;
}

/** Unique columns that no shard alone can guard. @param {Table} table */
export function hasUnguardedUnique(table) {
  const { placement, primary, uniques } = table;
  if (placement.placement !== 'sharded') return false;
  const deciding = stepUp(table)?.own ?? placement.key;
  return [primary, ...uniques].some((names) => names.length > 0 && !names.includes(deciding));
}
