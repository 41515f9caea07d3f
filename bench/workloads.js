// Makes a big workload to measure with: `node bench/workloads.js --tables 1200 --statements 50000 --seed 1 --out DIR` writes
// schema.sql, stats.csv and export.csv. The same numbers give the same bytes.

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { exportCsv, schemaSql, statsCsv } from './workload/files.js';
import { makeStatements } from './workload/statements.js';
import { makeTables } from './workload/tables.js';

/** Gives the workload as made: { tables, statements }. */
export async function writeWorkload({ tables: count, statements: texts, seed }, folder) {
  const tables = makeTables(count, seed);
  const statements = makeStatements(tables, texts, seed);
  await mkdir(folder, { recursive: true });
  const write = (name, parts) => pipeline(Readable.from(parts), createWriteStream(path.join(folder, name)));
  await write('schema.sql', schemaSql(tables));
  await write('stats.csv', statsCsv(tables));
  await write('export.csv', exportCsv(statements));
  return { tables, statements };
}

async function main() {
  const { values } = parseArgs({
    options: {
      tables: { type: 'string', default: '1200' },
      statements: { type: 'string', default: '50000' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new Error('say with --out where the files go');
  const size = { tables: Number(values.tables), statements: Number(values.statements), seed: values.seed };
  await writeWorkload(size, values.out);
  process.stdout.write(`wrote a workload into ${values.out}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
