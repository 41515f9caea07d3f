import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadTextFiles, readSchema, type TextFile } from '../../src/catalog/index.js';
import { UserError } from '../../src/model/index.js';
import { catalogJson } from './catalog-json.js';

const cases = fileURLToPath(new URL('../../fixtures/catalog/', import.meta.url));
const folders = readdirSync(cases, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

async function filesOf(folder: string): Promise<readonly TextFile[]> {
  const single = `${folder}schema.sql`;
  const files = await loadTextFiles([existsSync(single) ? single : `${folder}files`]);
  return files.map(({ file, text }) => ({ file: file.slice(folder.length), text }));
}

/** ACCEPT_GOLDENS=1 writes what is read now as what is expected. */
test.each(folders)('%s', async (name) => {
  const folder = `${cases}${name}/`;
  const files = await filesOf(folder);
  const found = catalogJson(await readSchema(files));
  if (process.env.ACCEPT_GOLDENS) writeFileSync(`${folder}expected.json`, found);
  expect(found).toBe(readFileSync(`${folder}expected.json`, 'utf8'));
  expect(catalogJson(await readSchema(files))).toBe(found);
});

test('no text of a broken statement gets out', async () => {
  const [file] = await filesOf(`${cases}broken-statements/`);
  const { unreadable } = await readSchema([file as TextFile]);
  expect(unreadable.length).toBeGreaterThan(0);
  expect(JSON.stringify(unreadable)).not.toMatch(/hunter2|never closed|TABEL|FUNCTIO/);
});

test.each([
  ['a NUL byte', "CREATE TABLE a (x text DEFAULT 'a\0b');"],
  ['10,000 brackets', `CREATE VIEW v AS SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)};`],
  ['an expression of 30,000 terms', `CREATE VIEW v AS SELECT 1${' + 1'.repeat(30_000)};`],
])('%s loses one statement only', async (_what, broken) => {
  const text = `CREATE TABLE first (id int);\n${broken}\nCREATE TABLE last (id int);\n`;
  const catalog = await readSchema([{ file: 'schema.sql', text }]);
  expect([...catalog.tables.keys()]).toEqual(['public.first', 'public.last']);
  expect(catalog.unreadable.map(({ source }) => source)).toEqual([{ file: 'schema.sql', line: 2 }]);
});

test.each([500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000])(
  'an expression of %i terms stops nothing',
  async (terms) => {
    const text = `CREATE VIEW v AS SELECT 1${' + 1'.repeat(terms)} AS one;\nCREATE TABLE last (id int DEFAULT (1${' + 1'.repeat(terms)}));\nCREATE TABLE behind (id int);`;
    const catalog = await readSchema([{ file: 'schema.sql', text }]);
    expect(catalog.tables.has('public.behind')).toBe(true);
    expect(catalog.tables.has('public.last') || catalog.unreadable.length > 0).toBe(true);
  },
);

test('byte-order mark and CRLF change nothing but the text of what was written over lines', async () => {
  const [file] = await filesOf(`${cases}keys/`);
  const plain = file as TextFile;
  const windows = { file: plain.file, text: `\uFEFF${plain.text.replaceAll('\n', '\r\n')}` };
  expect(catalogJson(await readSchema([windows]))).toBe(catalogJson(await readSchema([plain])));
});

test('migrations run in the order of their numbers, without the ways back', async () => {
  const files = await loadTextFiles([`${cases}migrations/files`]);
  expect(files.map(({ file }) => file.replace(/.*[/\\]/, ''))).toEqual([
    '1_start.sql',
    '2_rename.up.sql',
    '10_last.sql',
  ]);
});

test('an index and a foreign key of one name are dropped each in its own way', async () => {
  const made = `CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (user_id int, CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users);
    CREATE INDEX orders_user ON orders (user_id);`;
  const left = async (dropped: string) => {
    const catalog = await readSchema([{ file: 'schema.sql', text: `${made}\n${dropped}` }]);
    const orders = catalog.tables.get('public.orders');
    return { indexes: orders?.indexes.length, foreignKeys: orders?.foreignKeys.length };
  };
  expect(await left('DROP INDEX orders_user;')).toEqual({ indexes: 0, foreignKeys: 1 });
  expect(await left('ALTER TABLE orders DROP CONSTRAINT orders_user;')).toEqual({
    indexes: 1,
    foreignKeys: 0,
  });
});

test('columns of a dropped type take their keys along', async () => {
  const text = `CREATE TYPE mood AS ENUM ('good');
    CREATE TABLE t (id int PRIMARY KEY, feeling mood UNIQUE);
    DROP TYPE mood CASCADE;`;
  const table = (await readSchema([{ file: 'schema.sql', text }])).tables.get('public.t');
  expect(table?.columns.map(({ name }) => name)).toEqual(['id']);
  expect(table?.uniqueKeys.map(({ columns }) => columns)).toEqual([['id']]);
});

test("a missing schema file is the user's to mend", async () => {
  const failure = await loadTextFiles([`${cases}nowhere.sql`]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ code: 'file-not-found', file: `${cases}nowhere.sql` });
});
