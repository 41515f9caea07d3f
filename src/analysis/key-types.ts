/** The type of a table's key column, as the catalog has it. */

import { columnOf, keyTypeOf } from '../catalog/index.js';
import type { Catalog } from '../model/index.js';
import type { TypeOfKey } from '../routability/index.js';

export function keyTypes(catalog: Catalog): TypeOfKey {
  return (table, key) => {
    const known = catalog.tables.get(table);
    const column = known === undefined ? undefined : columnOf(known, key);
    return column === undefined ? undefined : keyTypeOf(column);
  };
}
