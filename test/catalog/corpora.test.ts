import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadTextFiles, primaryKeyOf, readSchema, readStatistics } from '../../src/catalog/index.js';

const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url));

const counts = [
  { name: 'tpcc', tables: 9, primaryKeys: 8, foreignKeys: 10, views: 0 },
  { name: 'tatp', tables: 4, primaryKeys: 4, foreignKeys: 3, views: 0 },
  { name: 'smallbank', tables: 3, primaryKeys: 3, foreignKeys: 2, views: 0 },
  { name: 'voter', tables: 3, primaryKeys: 2, foreignKeys: 1, views: 2 },
  { name: 'ycsb', tables: 1, primaryKeys: 1, foreignKeys: 0, views: 0 },
  { name: 'pgbench', tables: 4, primaryKeys: 3, foreignKeys: 0, views: 0 },
];

// The corpora are not part of the project: without them there is nothing to compare with.
describe.skipIf(!existsSync(corpora))('the corpora', () => {
  test.each(counts)('$name', async ({ name, ...expected }) => {
    const catalog = await readSchema(await loadTextFiles([`${corpora}${name}/schema.sql`]));
    const tables = [...catalog.tables.values()];
    expect(catalog.unreadable).toEqual([]);
    expect(catalog.searchPath).toEqual(['public']);
    expect({
      tables: tables.length,
      primaryKeys: tables.filter(primaryKeyOf).length,
      foreignKeys: tables.flatMap(({ foreignKeys }) => foreignKeys).length,
      views: catalog.views.size,
    }).toEqual(expected);
    const statistics = `${corpora}${name}/stats.csv`;
    if (!existsSync(statistics)) return;
    const read = readStatistics(await loadTextFiles([statistics]), catalog);
    expect(read.notes).toEqual([]);
    expect([...read.catalog.tables.values()].every((table) => (table.statistics?.rowCount ?? 0) > 0)).toBe(
      true,
    );
  });
});
