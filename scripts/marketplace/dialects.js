// SQL as five well-known libraries write it. Each function gives the text; values travel as the library sends them:
// Prisma, Rails, Hibernate and TypeORM as parameters, Django as literals in the text.
import { columnsOf } from './columns.js';

/** A literal as a driver without server-side parameters would write it. */
export function literal(value) {
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `'${String(value).replaceAll("'", "''")}'`;
}

const enumColumns = { users: ['status'], orders: ['status'], listings: ['status'], jobs: ['state'] };

/**
 * Prisma: everything qualified by schema, a condition that is always true, LIMIT and OFFSET as parameters.
 * @param {{ where: string[], orderBy?: string, one?: boolean }} shape a name in `where` may be "status in 3" for a list
 */
export function prisma(table, { where, orderBy, one = false }) {
  const at = (column) => `"public"."${table}"."${column}"`;
  let next = 1;
  const parameter = () => {
    next += 1;
    return `$${next - 1}`;
  };
  const listed = columnsOf(table).map((column) =>
    enumColumns[table]?.includes(column) ? `${at(column)}::text` : at(column),
  );
  const conditions = where.map((condition) => {
    const [column, , count] = condition.split(' ');
    if (count === undefined) return `${at(column)} = ${parameter()}`;
    return `${at(column)} IN (${Array.from({ length: Number(count) }, parameter).join(',')})`;
  });
  const filter = one || conditions.length === 1 ? [...conditions, '1=1'] : conditions;
  const order = orderBy === undefined ? '' : ` ORDER BY ${at(orderBy)} DESC`;
  const limit = ` LIMIT ${parameter()}`;
  return `SELECT ${listed.join(', ')} FROM "public"."${table}" WHERE (${filter.join(' AND ')})${order}${limit} OFFSET ${parameter()}`;
}

/** Django's QuerySet: quoted, literals inline, LIMIT 21 for get(). */
export function django(table, where, { orderBy, limit } = {}) {
  const at = (column) => `"${table}"."${column}"`;
  const conditions = Object.entries(where).map(([column, value]) =>
    Array.isArray(value)
      ? `${at(column)} IN (${value.map(literal).join(', ')})`
      : `${at(column)} = ${literal(value)}`,
  );
  const filter = conditions.length > 1 ? `(${conditions.join(' AND ')})` : conditions[0];
  const order = orderBy === undefined ? '' : ` ORDER BY ${at(orderBy)} DESC`;
  const listed = columnsOf(table).map(at).join(', ');
  return `SELECT ${listed} FROM "${table}" WHERE ${filter}${order}${limit === undefined ? '' : ` LIMIT ${limit}`}`;
}

/** Rails: table.*, bound values, and the tags that its query log adds. */
export function rails(table, where, { orderBy, limit = false, action }) {
  const conditions = where.map((column, i) => `"${table}"."${column}" = $${i + 1}`);
  const order = orderBy === undefined ? '' : ` ORDER BY "${table}"."${orderBy}" DESC`;
  const rows = limit ? ` LIMIT $${where.length + 1}` : '';
  const [controller, name] = action.split('#');
  return `SELECT "${table}".* FROM "${table}" WHERE ${conditions.join(' AND ')}${order}${rows} /*action='${name}',application='Market',controller='${controller}'*/`;
}

/** Hibernate: lower case, aliases like l1_0. */
export function hibernate(table, where, { orderBy, fetch = false } = {}) {
  const alias = `${table[0]}1_0`;
  const listed = columnsOf(table)
    .map((column) => `${alias}.${column}`)
    .join(',');
  const conditions = where.map((column, i) => `${alias}.${column}=$${i + 1}`).join(' and ');
  const order = orderBy === undefined ? '' : ` order by ${alias}.${orderBy} desc`;
  const rows = fetch ? ` fetch first $${where.length + 1} rows only` : '';
  return `select ${listed} from ${table} ${alias} where ${conditions}${order}${rows}`;
}

/** TypeORM: every column under an alias of its own. */
export function typeorm(table, entity, where) {
  const listed = columnsOf(table).map((column) => `"${entity}"."${column}" AS "${entity}_${column}"`);
  const conditions = where.map((column, i) => `("${entity}"."${column}" = $${i + 1})`).join(' AND ');
  return `SELECT ${listed.join(', ')} FROM "${table}" "${entity}" WHERE (${conditions}) LIMIT 1`;
}
