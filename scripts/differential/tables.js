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

/** Rows that this transaction has written, as JSON, by table. */
export async function writtenRows(client, tables) {
  const parts = [...tables.values()].map(
    ({ name, sql }) =>
      `SELECT ${literal(name)} AS name, to_jsonb(t) AS row FROM ${sql} t WHERE t.xmin = pg_current_xact_id()::xid`,
  );
  const { rows } = await client.query(parts.join(' UNION ALL '));
  return Map.groupBy === undefined ? grouped(rows) : Map.groupBy(rows, ({ name }) => name);
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.name, [...(groups.get(row.name) ?? []), row]);
  return groups;
}

/** `since`: transactions from this number on are the write's; without one, the open transaction is. @returns {Promise<Map<string, Sum>>} */
export async function sumsOf(client, tables, made, keyOf, since) {
  const isWritten =
    since === undefined ? 't.xmin = pg_current_xact_id()::xid' : `t.xmin::text::bigint >= ${since}`;
  const parts = [...tables.values()].map(({ name, sql, columns }) => {
    const row = (names) =>
      `hashtextextended(concat_ws(',', ${names
        .map((one) => `t.${quote(one)}::text`)
        .map((text) => `coalesce(quote_literal(${text}), 'NULL')`)
        .join(', ')}), 0)`;
    const rest = columns.filter((one) => !made.get(name)?.has(one));
    const key = keyOf(name);
    return `SELECT ${literal(name)} AS name, count(*) FILTER (WHERE ${isWritten})::int AS written,
      coalesce(sum(${row(columns)}) FILTER (WHERE NOT ${isWritten}), 0)::text AS left,
      coalesce(sum(${rest.length === 0 ? '0' : row(rest)}) FILTER (WHERE ${isWritten}), 0)::text AS made,
      ${key === undefined ? "'{}'::text[]" : `coalesce(array_agg(DISTINCT t.${quote(key)}::text) FILTER (WHERE ${isWritten}), '{}')`} AS keys
      FROM ${sql} t`;
  });
  const { rows } = await client.query(parts.join(' UNION ALL '));
  return new Map(rows.map(({ name, ...sum }) => [name, sum]));
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
