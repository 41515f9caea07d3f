// Code that a schema brings: triggers in PL/pgSQL and functions in SQL. What a trigger does never depends on the order in
// which rows fire it, and it writes only to tables made before its own, so that none fires itself.
import { stepUp } from './schema.js';

/** @typedef {{ name: string, table: string, sql: string }} Trigger `sql`: the function and the trigger */
/** @typedef {{ name: string, family: string, group?: string, table: string, sql: string }} SqlFunction of one argument, a number; `group`: it asks by the key */

const keyColumn = ({ placement, columns }) => columns.find(({ name }) => name === placement.key)?.name;

/** @returns {readonly Trigger[]} */
export function makeTriggers(draw, tables) {
  const made = [];
  for (let count = draw.pick([1, 1, 2]); count > 0; count -= 1) {
    const at = draw.below(tables.length);
    made.push(makeTrigger(draw, `g${count}`, tables[at], tables.slice(0, at)));
  }
  return made;
}

function makeTrigger(draw, name, table, earlier) {
  const isBefore = earlier.length === 0 || draw.chance(0.4);
  const event = isBefore
    ? draw.pick(['INSERT', 'UPDATE', 'INSERT OR UPDATE', 'UPDATE OF n'])
    : draw.pick(['INSERT', 'UPDATE', 'DELETE', 'INSERT OR UPDATE']);
  const row = event === 'DELETE' ? 'OLD' : 'NEW';
  const body = isBefore ? beforeBody(draw, table, earlier) : afterBody(draw, table, draw.pick(earlier), row);
  const when = draw.chance(0.15) ? ` WHEN (${row}.n > 1)` : '';
  const sql = [
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN ${row}; END $$;`,
    `CREATE TRIGGER ${name} ${isBefore ? 'BEFORE' : 'AFTER'} ${event} ON ${table.name} FOR EACH ROW${when} EXECUTE FUNCTION ${name}();`,
  ].join(' ');
  return { name, table: table.name, sql };
}

function beforeBody(draw, table, earlier) {
  const key = keyColumn(table) ?? table.columns[0].name;
  const other = earlier.length > 0 ? draw.pick(earlier) : undefined;
  return draw.weighted([
    [3, () => 'NEW.n := 5;'],
    [2, () => 'IF NEW.n IS NULL THEN NEW.n := 1; END IF;'],
    [1, () => 'IF NEW.n = 3 THEN RETURN NULL; END IF;'],
    [1, () => `NEW.${key} := NEW.${key};`],
    [1, () => `SELECT NEW.${key} INTO NEW.${key};`],
    [
      other === undefined ? 0 : 4,
      () => `NEW.n := (SELECT count(*) FROM ${other.name} z WHERE ${matching(draw, table, other, 'NEW')});`,
    ],
  ])();
}

function afterBody(draw, table, other, row) {
  const where = matching(draw, table, other, row);
  const key = keyColumn(other);
  const own = keyColumn(table);
  const same = key !== undefined && own !== undefined && table.placement.group === other.placement.group;
  const filled = other.columns.filter(({ notNull, name }) => notNull || name === key);
  const cells = filled.map(({ name, family }) => {
    if (name === key) return same ? `${row}.${own}` : constants[family];
    return constants[family];
  });
  const names = filled.map(({ name }) => name).join(', ');
  const values = names === '' ? 'DEFAULT VALUES' : `(${names}) VALUES (${cells.join(', ')})`;
  return draw.weighted([
    [4, () => `UPDATE ${other.name} z SET n = 6 WHERE ${where};`],
    [1, () => `IF ${row}.n > 2 THEN UPDATE ${other.name} z SET n = 6 WHERE ${where}; END IF;`],
    [2, () => `DELETE FROM ${other.name} z WHERE ${where};`],
    [
      other.placement.addKey === undefined && other.foreign.length === 0 ? 2 : 0,
      () => `INSERT INTO ${other.name} ${values} ON CONFLICT DO NOTHING;`,
    ],
    [1, () => `IF EXISTS (SELECT 1 FROM ${other.name} z WHERE ${where}) THEN RAISE EXCEPTION 'no'; END IF;`],
  ])();
}

const constants = {
  integer: '6',
  text: "'e'",
  uuid: "'00000006-0000-4000-8000-000000000000'",
  date: "'2024-02-06'",
};

/** Which rows of another table go with the row at hand: by the key, along a path, or by anything. */
function matching(draw, table, other, row) {
  const [own, theirs] = [keyColumn(table), keyColumn(other)];
  const down = stepUp(other);
  const up = stepUp(table);
  const family = (one, name) => one.columns.find((column) => column.name === name).family;
  const fits = own !== undefined && theirs !== undefined && family(table, own) === family(other, theirs);
  return draw.weighted([
    [fits ? 6 : 0, `z.${theirs} = ${row}.${own}`],
    [fits ? 1 : 0, `z.${theirs} = ${row}.${own} AND z.n > 1`],
    [down?.table === table.name ? 6 : 0, `z.${down?.own} = ${row}.${down?.target}`],
    [up?.table === other.name ? 6 : 0, `z.${up?.target} = ${row}.${up?.own}`],
    [1, `z.n = ${row}.n`],
  ]);
}

/** Functions of a key that count or sum what goes with it, or what equals it otherwise. @returns {readonly SqlFunction[]} */
export function makeFunctions(draw, tables) {
  const table = draw.pick(tables);
  const key = keyColumn(table);
  const isKeyed = key !== undefined && draw.chance(0.75);
  const column = table.columns.find(({ name }) => name === (isKeyed ? key : 'n'));
  const name = 'f1';
  const asked = draw.pick(['count(*)', 'sum(z.n)::bigint', 'max(z.n)::bigint']);
  const type = { integer: 'bigint' }[column.family] ?? column.family;
  const argument = draw.pick(['x', '$1']);
  const body = `SELECT ${asked} FROM ${table.name} z WHERE z.${column.name} = ${argument}`;
  const sql = `CREATE FUNCTION ${name}(x ${type}) RETURNS bigint LANGUAGE sql ${draw.pick(['STABLE', 'STABLE', 'STABLE STRICT'])} AS $$ ${body} $$;`;
  return [
    {
      name,
      family: column.family,
      group: isKeyed ? table.placement.group : undefined,
      table: table.name,
      sql,
    },
  ];
}
