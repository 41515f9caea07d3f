// The generated workload as the files that a team would hand over: schema.sql, stats.csv and export.csv, in parts to write.

/** As pg_dump --schema-only orders it: tables, then keys, then indexes, then foreign keys. */
export function* schemaSql(tables) {
  for (const table of tables) yield createTable(table);
  for (const table of tables) yield keysOf(table);
  for (const table of tables) yield indexesOf(table);
  for (const table of tables) yield foreignKeysOf(table);
}

function createTable({ name, columns }) {
  const lines = columns.map(([column, type]) => `    ${column} ${type}`);
  return `CREATE TABLE public.${name} (\n${lines.join(',\n')}\n);\n\n`;
}

function keysOf({ name, primaryKey, uniques }) {
  const alter = `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT`;
  const primary = `${alter} ${name}_pkey PRIMARY KEY (${primaryKey.join(', ')});\n\n`;
  const unique = uniques.map((columns, i) => `${alter} ${name}_key${i} UNIQUE (${columns.join(', ')});\n\n`);
  return [primary, ...unique].join('');
}

function indexesOf({ name, indexes }) {
  return indexes
    .map(
      (columns, i) =>
        `CREATE INDEX ${name}_idx${i} ON public.${name} USING btree (${columns.join(', ')});\n\n`,
    )
    .join('');
}

function foreignKeysOf({ name, references }) {
  return references
    .map(
      ({ columns, table, target }, i) =>
        `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT ${name}_fk${i} FOREIGN KEY (${columns.join(', ')}) REFERENCES public.${table}(${target.join(', ')});\n\n`,
    )
    .join('');
}

export function* statsCsv(tables) {
  yield 'table,column,row_count,total_bytes,n_distinct,null_frac,most_common_freqs\n';
  for (const table of tables) {
    yield `public.${table.name},,${table.rows},${table.rows * table.columns.length * 14},,,\n`;
    yield `public.${table.name},id,,,${table.rows},0,\n`;
    if (table.tenantColumn !== undefined)
      yield `public.${table.name},${table.tenantColumn},,,${Math.max(1, Math.floor(table.rows / 20))},0,"{0.002,0.001}"\n`;
  }
}

/** One row for each of { text, calls, meanMs, rowsPerCall }. */
export function* exportCsv(statements) {
  yield 'userid,dbid,toplevel,queryid,query,calls,total_exec_time,mean_exec_time,rows,shared_blks_hit,shared_blks_read\n';
  let id = 1_000_000_000_000n;
  for (const { text, calls, meanMs, rowsPerCall } of statements) {
    id += 7_919_000_017n;
    const total = Math.round(calls * meanMs * 1000) / 1000;
    const query = `"${text.replaceAll('"', '""')}"`;
    yield `10,16384,t,${id},${query},${calls},${total},${meanMs},${calls * rowsPerCall},${calls * 4},${calls % 97}\n`;
  }
}
