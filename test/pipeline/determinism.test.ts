/** Same input, same bytes: whatever the order of rows, whatever else lies in the database. */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeExports, renderPlanJson } from '../../src/index.js';
import { request } from './requests.js';

const marketplace = fileURLToPath(new URL('../../fixtures/marketplace/', import.meta.url));
const tool = { name: 'shardwright', version: '0.0.0' };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shardwright-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function planOf(
  name: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  schema: string,
): Promise<string> {
  const quoted = [header, ...rows].map((row) =>
    row.map((field) => `"${field.replace(/"/g, '""')}"`).join(','),
  );
  await writeFile(join(folder, `${name}.csv`), `${quoted.join('\n')}\n`);
  await writeFile(join(folder, `${name}.sql`), schema);
  const result = await analyzeExports(
    request([join(folder, `${name}.csv`)], {
      schema: [join(folder, `${name}.sql`)],
      stats: [join(marketplace, 'stats.csv')],
    }),
  );
  return renderPlanJson(result.plan, tool);
}

describe('the plan', async () => {
  const [header = [], ...rows] = parse(await readFile(join(marketplace, 'day-7.csv'), 'utf8')) as string[][];
  const schema = await readFile(join(marketplace, 'schema.sql'), 'utf8');
  const at = (column: string) => header.indexOf(column);

  it('is the same bytes when the rows are shuffled', async () => {
    const shuffled = rows
      .map((row, index) => ({ row, order: (index * 7919) % rows.length }))
      .sort((a, b) => a.order - b.order)
      .map(({ row }) => row);
    expect(shuffled).not.toEqual(rows);
    expect(await planOf('shuffled', header, shuffled, schema)).toBe(
      await planOf('rows', header, rows, schema),
    );
  });

  it('is the same bytes, but for its own entry, when an unrelated table is added', async () => {
    const sample =
      rows.find((row) => row[at('query')]?.startsWith('SELECT') && row[at('toplevel')] === 't') ?? [];
    const own = sample.map((field, index) =>
      index === at('query')
        ? 'SELECT body FROM pamphlets WHERE id = $1'
        : index === at('queryid')
          ? '1234567890'
          : field,
    );
    const with_ = await planOf(
      'more',
      header,
      [...rows, own],
      `${schema}\nCREATE TABLE public.pamphlets (id bigint PRIMARY KEY, body text);\n`,
    );
    const without = await planOf('less', header, rows, schema);
    const tables = (text: string) => JSON.parse(text).tables as Record<string, unknown>;
    const { 'public.pamphlets': added, ...others } = tables(with_);
    expect(added).toBeDefined();
    expect(JSON.stringify(others)).toBe(JSON.stringify(tables(without)));
  });
});
