/** A catalog as JSON for goldens: maps and sets written out, places left to the files' own names. */
import type { Catalog } from '../../src/model/index.js';

export function catalogJson(catalog: Catalog): string {
  const plain = {
    ...catalog,
    tables: Object.fromEntries(catalog.tables),
    views: Object.fromEntries(catalog.views),
    functions: Object.fromEntries(catalog.functions),
    operators: Object.fromEntries(catalog.operators),
    types: [...catalog.types],
  };
  return `${JSON.stringify(plain, null, 1)}\n`;
}
