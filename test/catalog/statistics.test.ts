import { expect, test } from 'vitest';
import { readSchema, readStatistics } from '../../src/catalog/index.js';
import { type Catalog, UserError } from '../../src/model/index.js';

const header = 'table,column,row_count,total_bytes,n_distinct,null_frac,most_common_freqs';

async function catalogOf(text: string): Promise<Catalog> {
  return readSchema([{ file: 'schema.sql', text }]);
}

const shop = await catalogOf(`
  CREATE TABLE users (id int PRIMARY KEY, region text, "Odd.name" int);
  CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
`);

function read(rows: readonly string[], catalog = shop) {
  return readStatistics([{ file: 'stats.csv', text: [header, ...rows, ''].join('\n') }], catalog);
}

function failure(text: string): unknown {
  try {
    return readStatistics([{ file: 'stats.csv', text }], shop);
  } catch (error) {
    return error;
  }
}

const rows = [
  'users,id,,,-1,0,',
  'public.users,,200,8192,,,',
  'users,region,,,-0.05,0.25,"{0.1,0.4}"',
  'users,"""Odd.name""",,,0,,0.2;0.3',
];

test('shares of the rows become numbers, frequencies come highest first', () => {
  const { catalog, notes } = read(rows);
  expect(notes).toEqual([]);
  expect(catalog.tables.get('public.users')?.statistics).toEqual({
    rowCount: 200,
    totalBytes: 8192,
    columns: {
      id: { distinct: 200, nullShare: 0, commonFrequencies: [] },
      region: { distinct: 10, nullShare: 0.25, commonFrequencies: [0.4, 0.1] },
      'Odd.name': { commonFrequencies: [0.3, 0.2] },
    },
  });
});

test('the order of rows, a byte-order mark, CRLF and the order of columns change nothing', () => {
  const expected = JSON.stringify([...read(rows).catalog.tables]);
  const shuffled = [...rows].reverse().concat(rows);
  expect(JSON.stringify([...read(shuffled).catalog.tables])).toBe(expected);
  const windows = `\uFEFF${[header, ...rows].join('\r\n')}`;
  expect(JSON.stringify([...readStatistics([{ file: 's', text: windows }], shop).catalog.tables])).toBe(
    expected,
  );
  const turned = 'row_count,column,table,total_bytes\n200,,users,8192';
  expect(
    readStatistics([{ file: 's', text: turned }], shop).catalog.tables.get('public.users')?.statistics
      ?.rowCount,
  ).toBe(200);
});

test('never analysed is unknown, not minus one', () => {
  const { catalog } = read(['users,,-1,,,,', 'users,id,,,-1,,']);
  expect(catalog.tables.get('public.users')?.statistics).toEqual({
    columns: { id: { commonFrequencies: [] } },
  });
});

test('what the schema does not have is noted once', () => {
  const { notes } = read(['nowhere,,1,,,,', 'nowhere,id,,,1,,', 'users,nothing,,,1,,']);
  expect(notes.map(({ code, source }) => [code, source?.line])).toEqual([
    ['statistics-unknown-table', 2],
    ['statistics-unknown-column', 4],
  ]);
});

test('partitions are put together for a parent that has nothing of its own', () => {
  const { catalog } = read([
    'events,,0,0,,,',
    'events_1,,100,1000,,,',
    'events_2,,300,3000,,,',
    'events_1,id,,,-1,0.4,0.5',
    'events_2,id,,,50,0,"{0.1,0.1}"',
  ]);
  expect(catalog.tables.get('public.events')?.statistics).toEqual({
    rowCount: 400,
    totalBytes: 4000,
    columns: { id: { distinct: 100, nullShare: 0.1, commonFrequencies: [0.2, 0.075] } },
  });
});

test("a share of a parent's rows is one of its partitions' rows", () => {
  const { catalog } = read([
    'events,,0,0,,,',
    'events,id,,,-0.5,0,',
    'events_1,,100,1000,,,',
    'events_2,,300,3000,,,',
  ]);
  expect(catalog.tables.get('public.events')?.statistics).toMatchObject({
    rowCount: 400,
    columns: { id: { distinct: 200 } },
  });
});

test.each([
  ['a share of no rows', ['users,,0,,,,', 'users,id,,,-1,0,']],
  ['a number of a table without rows', ['users,,0,,,,', 'users,id,,,40,0,']],
  ['a share of rows that nobody counted', ['users,id,,,-1,0,']],
  ['a share of a half-known sum', ['events,,0,,,,', 'events,id,,,-1,0,', 'events_1,,100,,,,']],
])('%s is an unknown number of distinct values', (_what, given) => {
  const { catalog } = read(given);
  for (const { statistics } of catalog.tables.values()) {
    if (statistics?.columns.id) expect(statistics.columns.id.distinct).toBeUndefined();
  }
  expect([...catalog.tables.values()].some(({ statistics }) => statistics?.columns.id)).toBe(true);
});

test('names without a figure are no statistics', () => {
  const { catalog } = read(['users,,,,,,', 'users,id,-1,,0,,', 'users,region,,,,,']);
  expect(catalog.tables.get('public.users')?.statistics).toBeUndefined();
});

test('files count together, whatever their order', () => {
  const parts = [
    'events_1,,100,1000,,,',
    'events_2,,300,3000,,,',
    'events_1,id,,,-1,0,0.5',
    'events_2,id,,,50,0,',
  ];
  const files = parts.map((row, at) => ({ file: `${at}.csv`, text: `${header}\n${row}\n` }));
  const expected = [...read(parts).catalog.tables];
  expect([...readStatistics(files, shop).catalog.tables]).toEqual(expected);
  expect([...readStatistics([...files].reverse(), shop).catalog.tables]).toEqual(expected);
});

test("half a sum is no sum, and the parent's own statistics stay", () => {
  const half = read(['events_1,,100,,,,']).catalog.tables.get('public.events');
  expect(half?.statistics?.rowCount).toBeUndefined();
  const own = read(['events,,7,,,,', 'events_1,,100,,,,', 'events_2,,1,,,,']).catalog.tables.get(
    'public.events',
  );
  expect(own?.statistics?.rowCount).toBe(7);
});

test.each([
  ['bad-number', `${header}\nusers,,12,,,,\nusers,,"1,000",,,,\n`, 3],
  ['bad-number', `${header}\nusers,id,,,many,,\n`, 2],
  ['bad-number', `${header}\nusers,id,,,1,1.5,\n`, 2],
  ['bad-number', `${header}\nusers,id,,,1,0,{0.1;x}\n`, 2],
  ['bad-number', `${header}\nusers,unheard_of,,,NaN,0,\n`, 2],
  ['missing-columns', 'name,rows\nusers,1\n', 1],
  ['broken-csv', `${header}\nusers,"id\n`, 2],
  ['broken-csv', `${header}\nusers,id\n`, 2],
])('%s is named with its line', (code, text, line) => {
  const error = failure(text);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ code, file: 'stats.csv', line });
});

test('an empty file says so', () => {
  expect(failure('')).toMatchObject({ code: 'file-empty' });
});

test('the files of a ps-discovery bundle say what a statistics file says', () => {
  const files = [
    {
      columns: [
        { table: 'public.users', column: 'id', n_distinct: -1, null_frac: 0 },
        {
          table: 'public.users',
          column: 'region',
          n_distinct: -0.05,
          null_frac: 0.25,
          top_frequencies: [0.4, 0.1],
        },
        { table: 'public.users', column: 'Odd.name', top_frequencies: [0.3, 0.2] },
      ],
    },
    { tables: [{ table: 'public.users', rows_inserted: 1, total_size_bytes: 8192 }], indexes: [] },
    { public: { users: 200 } },
  ];
  const bundle = files.map((content, at) => ({ file: `${at}.json`, text: JSON.stringify(content) }));
  const { catalog, notes } = readStatistics(bundle, shop);
  expect(notes).toEqual([]);
  expect(catalog.tables.get('public.users')).toEqual(read(rows).catalog.tables.get('public.users'));
});

test('a bundle’s zero is not known: it stands for a table that was never analysed, or whose partitions hold the data', () => {
  const text = JSON.stringify({ public: { users: 0 } });
  const { catalog } = readStatistics([{ file: 'plantest_counts.json', text }], shop);
  expect(catalog.tables.get('public.users')?.statistics).toBeUndefined();
});

test('a bundle that is cut off is refused with its name', () => {
  expect(failure('{"columns": [')).toMatchObject({ code: 'bad-json', file: 'stats.csv' });
});
