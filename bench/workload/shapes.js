// One function for each shape of statement: a table, what is around it and the dice in; a normalised text out, or undefined
// when the table does not lend itself to the shape.

/** Parameters in the order in which they are asked for. */
function parameters() {
  let last = 0;
  return () => {
    last += 1;
    return `$${last}`;
  };
}

const names = ({ columns }) => columns.map(([name]) => name);
const quoted = (name) => `"${name}"`;
const isTime = (name) => name.endsWith('_at');
const settable = (table) =>
  names(table).filter((name) => name !== 'id' && !name.endsWith('_id') && name !== 'created_at');

/** What a select lists: nearly all columns, as a mapper does, or some. */
function listed(table, dice) {
  const all = names(table);
  return dice.chance(0.4) ? all : dice.some(all, dice.between(2, all.length));
}

/** By what rows are asked for: most often the tenant, with or without the row's id. */
function conditionColumns(table, dice) {
  const key = table.tenantColumn;
  const plain = names(table).filter((name) => name !== 'id' && name !== key && !isTime(name));
  const also = dice.some(plain, dice.weighted([[5, 0], [3, 1], [2, 2]])); // biome-ignore format: pairs read best in one line
  if (key === undefined) return dice.chance(0.6) ? ['id', ...also] : [names(table)[1], ...also];
  return dice.weighted([
    [50, [key, ...also]],
    [30, [key, 'id', ...also]],
    [12, ['id', ...also]],
    [8, also.length > 0 ? also : ['id']],
  ]);
}

function conditions(columns, print, next) {
  return columns.map((column) => `${print(column)} = ${next()}`).join(' AND ');
}

function tail(table, dice, print, next) {
  const order = names(table).filter(isTime)[0];
  return dice.weighted([
    [4, ''],
    [3, ` LIMIT ${next()}`],
    [3, ` ORDER BY ${print(order)} DESC LIMIT ${next()}`],
    [1, ` ORDER BY ${print(order)} ASC, ${print('id')} ASC LIMIT ${next()} OFFSET ${next()}`],
  ]);
}

function mapperSelect(table, _scene, dice) {
  const next = parameters();
  const print = (column) => `"public"."${table.name}"."${column}"`;
  const list = listed(table, dice).map(print).join(', ');
  const where = conditions(conditionColumns(table, dice), print, next);
  return `SELECT ${list} FROM "public"."${table.name}" WHERE (${where})${tail(table, dice, print, next)}`;
}

function aliasSelect(table, _scene, dice) {
  const next = parameters();
  const alias = `${table.name[0]}1_0`;
  const print = (column) => `${alias}.${column}`;
  const where = conditions(conditionColumns(table, dice), print, next).replaceAll(' = ', '=');
  const list = listed(table, dice).map(print).join(',');
  return `select ${list} from ${table.name} ${alias} where ${where.replaceAll(' AND ', ' and ')}`;
}

function starSelect(table, _scene, dice) {
  const next = parameters();
  const print = (column) => `"${table.name}"."${column}"`;
  const where = conditions(conditionColumns(table, dice), print, next);
  return `SELECT "${table.name}".* FROM "${table.name}" WHERE ${where}${tail(table, dice, print, next)}`;
}

/** Walks along foreign keys from the table, up or down, over two to five tables. */
function walk(table, scene, dice) {
  const steps = [{ table, alias: 't0' }];
  const wanted = dice.weighted([[6, 2], [3, 3], [1, 4], [1, 5]]); // biome-ignore format: pairs read best in one line
  while (steps.length < wanted) {
    const from = dice.one(steps);
    const up = from.table.references.map((reference) => ({ other: reference.table, reference, up: true }));
    const down =
      from.table.role === 'lookup'
        ? []
        : scene.referring
            .get(from.table.name)
            .map((one) => ({ other: one.table.name, reference: one.reference, up: false }));
    const ways = [...up, ...down];
    if (ways.length === 0) return steps;
    const { other, reference, up: isUp } = dice.one(ways);
    const step = { table: scene.byName.get(other), alias: `t${steps.length}` };
    const [child, parent] = isUp ? [from, step] : [step, from];
    const pairs = reference.columns.map(
      (column, i) => `${child.alias}.${column} = ${parent.alias}.${reference.target[i]}`,
    );
    const shared = tenantPair(from, step);
    step.on = [...new Set([...pairs, ...(dice.chance(0.5) ? shared : [])])].join(' AND ');
    steps.push(step);
  }
  return steps;
}

/** The tenant's key said once more, as careful people do. */
function tenantPair(a, b) {
  const key = a.table.tenantColumn;
  return key !== undefined && key === b.table.tenantColumn ? [`${b.alias}.${key} = ${a.alias}.${key}`] : [];
}

function join(table, scene, dice) {
  const steps = walk(table, scene, dice);
  if (steps.length < 2) return undefined;
  const next = parameters();
  const list = steps.flatMap((step) =>
    listed(step.table, dice)
      .slice(0, 9)
      .map((name) => `${step.alias}.${name}`),
  );
  const joins = steps
    .slice(1)
    .map(
      (step) => `${dice.chance(0.75) ? 'JOIN' : 'LEFT JOIN'} ${step.table.name} ${step.alias} ON ${step.on}`,
    );
  const print = (column) => `t0.${column}`;
  const where = conditions(conditionColumns(table, dice), print, next);
  return `SELECT ${list.join(', ')}\nFROM ${table.name} t0\n${joins.join('\n')}\nWHERE ${where}${tail(table, dice, print, next)}`;
}

function inList(table, _scene, dice) {
  const next = parameters();
  const key = table.tenantColumn;
  const list = listed(table, dice).map((name) => `${table.name}.${name}`);
  const also = key !== undefined && dice.chance(0.6) ? `${table.name}.${key} = ${next()} AND ` : '';
  const column = dice.one(['id', names(table)[1]]);
  return `SELECT ${list.join(', ')} FROM ${table.name} WHERE ${also}${table.name}.${column} IN (${next()} /*, ... */)`;
}

function aggregate(table, _scene, dice) {
  const next = parameters();
  const made = dice.one([
    'count(*)',
    'COUNT(*) AS "__count"',
    'max(created_at)',
    'min(updated_at), max(updated_at)',
    'coalesce(sum(id), $1)',
  ]);
  if (made.includes('$1')) next();
  const where = conditions(conditionColumns(table, dice), quoted, next);
  return `SELECT ${made} FROM ${quoted(table.name)} WHERE ${where} AND "created_at" >= ${next()}`;
}

function groupBy(table, _scene, dice) {
  const next = parameters();
  const by = dice.some(
    names(table).filter((name) => name !== 'id'),
    dice.between(1, 2),
  );
  const where = conditions(conditionColumns(table, dice), (name) => name, next);
  return `SELECT ${by.join(', ')}, count(*) AS n, max(updated_at) AS latest\nFROM ${table.name}\nWHERE ${where}\nGROUP BY ${by.join(', ')}\nORDER BY n DESC`;
}

function insertHead(table, dice) {
  const needed = names(table).filter((name) => name !== 'id' && (name.endsWith('_id') || isTime(name)));
  const others = names(table).filter((name) => name !== 'id' && !needed.includes(name));
  const columns = [...needed, ...dice.some(others, dice.between(0, others.length))];
  return { columns, head: `INSERT INTO "${table.name}" (${columns.map(quoted).join(', ')})` };
}

function insert(table, _scene, dice) {
  const next = parameters();
  const { columns, head } = insertHead(table, dice);
  const row = () => `(${columns.map(next).join(', ')})`;
  const rows = dice.chance(0.15) ? [row(), row()] : [row()];
  const returning = dice.chance(0.6) ? ' RETURNING "id"' : '';
  return `${head} VALUES ${rows.join(', ')}${returning}`;
}

function upsert(table, _scene, dice) {
  const next = parameters();
  const { columns, head } = insertHead(table, dice);
  const unique = table.uniques[0];
  if (unique === undefined || unique.some((name) => !columns.includes(name))) return undefined;
  const set = dice.some(settable(table), 2).map((name) => `"${name}" = EXCLUDED."${name}"`);
  const action = set.length === 0 ? 'NOTHING' : `UPDATE SET ${set.join(', ')}`;
  return `${head} VALUES (${columns.map(next).join(', ')}) ON CONFLICT (${unique.map(quoted).join(', ')}) DO ${action}`;
}

function insertSelect(table, scene, dice) {
  const children = scene.referring.get(table.name);
  if (children.length === 0 || table.role === 'lookup') return undefined;
  const { table: child, reference } = dice.one(children);
  if (reference.columns.length > 1) return undefined;
  const next = parameters();
  const given = dice.some(settable(child), 3);
  const key = child.tenantColumn === reference.columns[0] ? undefined : child.tenantColumn;
  const carried = key !== undefined && key === table.tenantColumn ? [key] : [];
  const columns = [reference.columns[0], ...carried, ...given];
  const list = ['s.id', ...carried.map((name) => `s.${name}`), ...given.map(() => next())];
  const where = conditions(conditionColumns(table, dice), (name) => `s.${name}`, next);
  return `INSERT INTO ${child.name} (${columns.join(', ')}) SELECT ${list.join(', ')} FROM ${table.name} s WHERE ${where}`;
}

function update(table, _scene, dice) {
  const next = parameters();
  const columns = settable(table);
  const set = dice
    .some(columns, dice.between(1, Math.min(6, columns.length)))
    .map((name) => `"${name}" = ${next()}`);
  const where = conditions(conditionColumns(table, dice), (name) => `"${table.name}"."${name}"`, next);
  return `UPDATE "${table.name}" SET ${set.join(', ')} WHERE ${where}`;
}

function updateFrom(table, scene, dice) {
  const [reference] = table.references;
  if (reference === undefined || reference.columns.length > 1) return undefined;
  const next = parameters();
  const set = dice.some(settable(table), 2).map((name) => `${name} = ${next()}`);
  const parent = scene.byName.get(reference.table);
  const where = conditions(dice.chance(0.7) ? ['id'] : [names(parent)[1]], (name) => `p.${name}`, next);
  return `UPDATE ${table.name} AS c SET ${set.join(', ')} FROM ${parent.name} p WHERE c.${reference.columns[0]} = p.id AND ${where}`;
}

function remove(table, _scene, dice) {
  const next = parameters();
  const where = conditions(conditionColumns(table, dice), (name) => name, next);
  const old = dice.chance(0.2) ? ` AND created_at < ${next()}` : '';
  return `DELETE FROM ${table.name} WHERE ${where}${old}`;
}

function withQuery(table, scene, dice) {
  const children = scene.referring.get(table.name);
  if (children.length === 0 || table.role === 'lookup') return undefined;
  const { table: child, reference } = dice.one(children);
  if (reference.columns.length > 1) return undefined;
  const next = parameters();
  const picked = listed(table, dice)
    .filter((name) => name !== 'id')
    .slice(0, 6);
  const where = conditions(conditionColumns(table, dice), (name) => name, next);
  return `WITH picked AS (\n  SELECT id, ${picked.join(', ') || 'created_at'} FROM ${table.name} WHERE ${where} ORDER BY id DESC LIMIT ${next()}\n)\nSELECT p.*, c.id AS child_id, c.updated_at AS child_updated_at FROM picked p JOIN ${child.name} c ON c.${reference.columns[0]} = p.id`;
}

function subquery(table, scene, dice) {
  const children = scene.referring.get(table.name);
  if (children.length === 0 || table.role === 'lookup') return undefined;
  const { table: child, reference } = dice.one(children);
  if (reference.columns.length > 1) return undefined;
  const next = parameters();
  const list = listed(table, dice).map((name) => `o.${name}`);
  const where = conditions(conditionColumns(table, dice), (name) => `o.${name}`, next);
  const inner = conditions(dice.some(settable(child), 1), (name) => `i.${name}`, next);
  const also = inner === '' ? '' : ` AND ${inner}`;
  const column = reference.columns[0];
  const test = dice.chance(0.5)
    ? `EXISTS (SELECT ${next()} FROM ${child.name} i WHERE i.${column} = o.id${also})`
    : `o.id IN (SELECT i.${column} FROM ${child.name} i WHERE i.${column} IS NOT NULL${also})`;
  return `SELECT ${list.join(', ')} FROM ${table.name} o WHERE ${where} AND ${test}`;
}

function search(table, _scene, dice) {
  const text = names(table).find((name) =>
    ['title', 'description', 'email', 'reference', 'name'].includes(name),
  );
  if (text === undefined) return undefined;
  const next = parameters();
  const list = listed(table, dice).map((name) => `${table.name}.${name}`);
  const where = conditions(conditionColumns(table, dice), (name) => `${table.name}.${name}`, next);
  return `SELECT ${list.join(', ')} FROM ${table.name} WHERE ${where} AND (${table.name}.${text} ILIKE ${next()} OR ${table.name}.id::text = ${next()}) AND ${table.name}.created_at BETWEEN ${next()} AND ${next()} ORDER BY ${table.name}.created_at DESC LIMIT ${next()}`;
}

function unionAll(table, _scene, dice) {
  const next = parameters();
  const list = listed(table, dice).slice(0, 7).join(', ');
  const arm = () =>
    `SELECT ${list} FROM ${table.name} WHERE ${conditions(conditionColumns(table, dice), (name) => name, next)}`;
  return `(${arm()}) UNION ALL (${arm()}) LIMIT ${next()}`;
}

function window(table, _scene, dice) {
  const next = parameters();
  const by = names(table)[1];
  const list = listed(table, dice).join(', ');
  const where = conditions(conditionColumns(table, dice), (name) => name, next);
  return `SELECT * FROM (SELECT ${list}, row_number() OVER (PARTITION BY ${by} ORDER BY created_at DESC) AS rn FROM ${table.name} WHERE ${where}) ranked WHERE rn <= ${next()}`;
}

export const shapes = {
  mapperSelect,
  aliasSelect,
  starSelect,
  join,
  inList,
  aggregate,
  groupBy,
  insert,
  upsert,
  insertSelect,
  update,
  updateFrom,
  remove,
  withQuery,
  subquery,
  search,
  unionAll,
  window,
};
