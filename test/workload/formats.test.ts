import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readWorkload } from '../../src/workload/index.js';
import { fixture, inputOf, workloadOf } from './cases.js';

const csv = readFileSync(fixture('formats', 'export.csv'), 'utf8');
const sum = false;

/** Statements without where they stand in the file. */
function content({ statements }: Awaited<ReturnType<typeof workloadOf>>): unknown {
  return statements.map(({ source: _, ...statement }) => statement);
}

async function contentOf(bytes: string | Uint8Array): Promise<unknown> {
  return content(await readWorkload([inputOf(bytes)], { sum }));
}

describe('every format says the same of one server', () => {
  it('CSV, as expected', async () => {
    const { statements } = await workloadOf([fixture('formats', 'export.csv')]);
    expect(statements.map(({ queryId, source: { line }, text }) => [line, queryId, text])).toEqual([
      [10, '8757306041405734012', 'SELECT note || $1 || id FROM orders WHERE user_id = $2'],
      [
        3,
        '-2229062413535822978',
        'SELECT * FROM orders o JOIN items i ON i.order_id = o.id WHERE o.user_id = $1',
      ],
      [13, '8282448784903752089', 'UPDATE orders SET note = $1 WHERE id = $2'],
      [11, '-41155665024548852', 'SELECT price + $1 FROM items WHERE order_id = $2'],
      [7, '-6917000109042241237', 'SELECT id AS "größe名前" FROM orders WHERE id = $1'],
      [2, '5244141801870714068', 'SELECT id FROM items'],
      [8, '8927478216655233014', 'SELECT id AS "größe名前", note FROM orders WHERE id = $1'],
    ]);
  });

  it.each(readdirSync(fixture('formats')))('%s', async (name) => {
    expect(content(await workloadOf([fixture('formats', name)]))).toEqual(await contentOf(csv));
  });
});

describe('bytes may come in other clothes', () => {
  it.each([
    ['a byte-order mark', Buffer.from(`\ufeff${csv}`)],
    ['CRLF', Buffer.from(csv.replaceAll('\n', '\r\n'))],
    ['no last line end', Buffer.from(csv.trimEnd())],
    ['blank lines at the end', Buffer.from(`${csv}\n\n`)],
    ['gzip', gzipSync(csv)],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${csv}`, 'utf16le')],
  ])('%s', async (_, bytes) => {
    expect(await contentOf(bytes)).toEqual(await contentOf(csv));
  });

  it('CRLF does not move line numbers', async () => {
    const lines = async (text: string) =>
      (await readWorkload([inputOf(text)], { sum })).statements.map(({ source }) => source.line);
    expect(await lines(csv.replaceAll('\n', '\r\n'))).toEqual(await lines(csv));
  });

  it('a few bytes of an old encoding do not stop the rest', async () => {
    const latin1 = Buffer.from(
      `query,calls\nSELECT a FROM t -- caf\xe9,5\n${'SELECT b FROM t,1\n'.repeat(20)}`,
      'latin1',
    );
    const { statements } = await readWorkload([inputOf(latin1)], { sum });
    expect(statements.map(({ counters }) => counters.calls).sort()).toEqual([20, 5]);
  });

  it('a statement of one megabyte', async () => {
    const list = Array.from({ length: 150_000 }, (_, i) => `$${i + 1}`).join(',');
    const { statements } = await readWorkload(
      [inputOf(`query,calls\n"SELECT a FROM t WHERE b IN (${list})",5\n`)],
      { sum },
    );
    expect(statements[0]?.text.length).toBeGreaterThan(1_000_000);
    expect(statements[0]?.truncated).toBe(false);
  });
});

it('progress is told', async () => {
  const told: unknown[] = [];
  await readWorkload([inputOf(csv)], { sum, onProgress: (progress) => told.push(progress) });
  expect(told).toEqual([{ file: 'export.csv', rows: 7 }]);
});
