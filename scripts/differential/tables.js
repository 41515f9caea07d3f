// What the tables of a lab hold after a write: on the monolith inside the transaction that is rolled back afterwards, on the
// shards after it is committed. Each table is summed up by the server: rows that the write left alone are hashed whole, rows that
// it wrote without the columns that the server made; so a sharded table's sums are its parts' sums, and each copy of a global one
// has the whole's. Afterwards the shards are put back from copies that were taken before.
import pg from 'pg';

const columnsSql = `
SELECT n.nspname || '.' || c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql,
       array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS given
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'before', 'shardwright')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 GROUP BY 1, 2 ORDER BY 1`;

const quote = (name) => `"${name.replaceAll('"', '""')}"`;
const literal = (text) => `'${text.replaceAll("'", "''")}'`;

/** @typedef {{ written: number, left: string, made: string, keys: (string | null)[] }} Sum of one table in one database */

export async function openTables(adminDsn) {
  const client = new pg.Client({ connectionString: adminDsn });
  await client.connect();
  await client.query("SET timezone = 'UTC'");
  return client;
}

/** By name. */
export async function tablesOf(client) {
  const { rows } = await client.query(columnsSql);
  return new Map(rows.map((row) => [row.name, row]));
}

/**
 * How a database is asked for the sums of its tables, once for all writes.
 * @param {ReadonlyMap<string, any>} tables @param {(name: string) => string | undefined} keyOf column of the shard key
 */
export function sumsText(tables, keyOf) {
  const parts = [...tables.values()].map(({ name, sql, columns }) => {
    const key = keyOf(name);
    const keys =
      key === undefined ? 'NULL' : `array_agg(DISTINCT t.${quote(key)}::text) FILTER (WHERE ${isWritten})`;
    return `SELECT ${literal(name)} AS name, count(*) FILTER (WHERE ${isWritten})::int AS written,
      ${hashed(columns, `NOT ${isWritten}`)} AS left, ${hashed(columns, isWritten)} AS made, coalesce(${keys}, '{}'::text[]) AS keys
      FROM ${sql} t`;
  });
  return parts.join(' UNION ALL ');
}

/** By transactions from this number on. */
const isWritten = 't.xmin::text::bigint >= $1::bigint';

function hashed(columns, condition) {
  const texts = columns.map((one) => `coalesce(quote_literal(t.${quote(one)}::text), 'NULL')`);
  return `coalesce(sum(hashtextextended(concat_ws(',', ${texts.join(', ')}), 0)) FILTER (WHERE ${condition}), 0)::text`;
}

/** @param {string | number} since the number of the first transaction of the write @returns {Promise<Map<string, Sum>>} */
export async function sumsOf(client, text, since) {
  const { rows } = await client.query({ name: 'sums', text, values: [since] });
  return new Map(rows.map(({ name, ...sum }) => [name, sum]));
}

/** The sums with what was written in these tables summed up without columns that the server made. */
export async function withoutMade(client, sums, tables, made, since) {
  const found = new Map(sums);
  for (const [name, columns] of made) {
    const table = tables.get(name);
    if (table === undefined || columns.size === 0) continue;
    const rest = table.columns.filter((one) => !columns.has(one));
    const text = `SELECT ${hashed(rest, isWritten)} AS made FROM ${table.sql} t`;
    const { rows } = await client.query(text, [since]);
    found.set(name, { ...sums.get(name), made: rows[0].made });
  }
  return found;
}

/** Rows of a table that were written, as JSON. */
export async function writtenRows(client, { sql }, since) {
  const { rows } = await client.query(`SELECT to_jsonb(t) AS row FROM ${sql} t WHERE ${isWritten}`, [since]);
  return rows.map(({ row }) => row);
}

export async function thisTransaction(client) {
  const { rows } = await client.query('SELECT pg_current_xact_id()::text AS number');
  return rows[0].number;
}

/** The number of the next transaction. */
export async function nextTransaction(client) {
  const { rows } = await client.query('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  return rows[0].next;
}

const copyOf = (name) => `before.${quote(name)}`;

export async function keepCopies(client, tables) {
  const copies = [...tables.values()].map(({ name, sql }) => `CREATE TABLE ${copyOf(name)} AS TABLE ${sql}`);
  await client.query(`CREATE SCHEMA before; ${copies.join('; ')}`);
}

/** Without triggers and foreign keys: the rows are those that were there. */
export async function putBack(client, tables) {
  if (tables.length === 0) return;
  const each = tables.map(({ name, sql, given }) => {
    const columns = given.map(quote).join(', ');
    return `DELETE FROM ${sql}; INSERT INTO ${sql} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${copyOf(name)}`;
  });
  await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${each.join('; ')}; COMMIT`);
}
