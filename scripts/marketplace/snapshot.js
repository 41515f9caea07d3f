// One snapshot of pg_stat_statements as CSV, the way \copy (select … from pg_stat_statements) to … csv header does it.
// Takes a connection of the exporting role and the simulated day; gives the text of the file. Everything is what the
// view says, but for the clock: captured_at is the simulated time, and stats_since and minmax_stats_since are moved
// to the start of the simulated day in which they lie.
import { capturedAt, days, startOf } from './calendar.js';

const timestamps = ['stats_since', 'minmax_stats_since'];

const list = (values) => `'{${values.map((value) => `"${value}"`).join(',')}}'::timestamptz[]`;

/** @param {string[]} realStarts when each day so far began by the server's clock */
function simulated(column, realStarts) {
  const day = `greatest(1, width_bucket(${column}, ${list(realStarts)}))`;
  return `(${list(days.map(startOf))})[${day}] AS ${column}`;
}

async function viewColumns(client) {
  const { rows } = await client.query(
    `SELECT attname FROM pg_attribute WHERE attrelid = 'pg_stat_statements'::regclass AND attnum > 0 ORDER BY attnum`,
  );
  return rows.map((row) => row.attname);
}

async function copyOut(client, sql) {
  const chunks = [];
  // Copied, because the driver reads the next message into the same memory.
  const keep = (message) => chunks.push(Buffer.from(message.chunk));
  client.connection.on('copyData', keep);
  try {
    await client.query(sql);
  } finally {
    client.connection.off('copyData', keep);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export async function takeSnapshot(client, day, realStarts) {
  const columns = (await viewColumns(client)).map((column) =>
    timestamps.includes(column) ? simulated(column, realStarts) : column,
  );
  const select = `SELECT timestamptz '${capturedAt(day)}' AS captured_at, ${columns.join(', ')}
    FROM pg_stat_statements ORDER BY queryid, userid, toplevel, calls`;
  return copyOut(client, `COPY (${select}) TO STDOUT WITH (FORMAT csv, HEADER)`);
}
