import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/index.js';
import { readCsv } from '../../src/workload/read-csv.js';

async function* chunksOf(text: string, sizes: readonly number[]): AsyncGenerator<string> {
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield text.slice(at, at + size);
    at += size;
  }
}

/** Cells of each row and its line, or 'refused'. */
async function rowsOf(text: string, sizes: readonly number[] = [1 << 16]): Promise<unknown> {
  const rows: unknown[] = [];
  const context = { file: 'export.csv', onColumns: (columns: readonly string[]) => rows.push(columns) };
  try {
    for await (const batch of readCsv(chunksOf(text, sizes), context, ','))
      for (const { values, line } of batch) rows.push([...Object.values(values), line]);
    return rows;
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

function byCsvParse(text: string): unknown {
  try {
    const rows = parse(text, { record_delimiter: '\n', skip_empty_lines: true, info: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return rows.map(({ record, info }, at) => {
      const inside = record.join('').split('\n').length - 1;
      return at === 0 ? record : [...record, info.lines - inside];
    });
  } catch {
    return 'refused';
  }
}

const soup = fc
  .array(fc.constantFrom('a', 'b', ' ', ',', ',', '"', '"', '""', '\n', 'x,', '",'), { maxLength: 24 })
  .map((parts) => `a,b\n${parts.join('')}`);
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

describe('CSV', () => {
  it('is what csv-parse takes it for, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(soup, sizes, async (text, cuts) => {
        expect(await rowsOf(text, cuts)).toEqual(byCsvParse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back what was written', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', '$1') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell)), sizes, async (rows, cuts) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = `a,b\n${rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')}`;
        const read = (await rowsOf(text, cuts)) as unknown[][];
        expect(read.slice(1).map((row) => row.slice(0, 2))).toEqual(rows);
      }),
    );
  });
});
