/** PostgreSQL 10 and 11 cannot be started here; what they refuse is not asked of them. */

import { expect, it } from 'vitest';
import * as queries from '../../src/capture/catalog/queries.js';

const texts = Object.entries(queries).map(
  ([name, query]) => [name, typeof query === 'string' ? query : query(100_000)] as const,
);

it.each(texts)('%s is asked as PostgreSQL 10 understands it', (_, text) => {
  // Names have no collation before 12, and a star leaves out oid.
  expect(text).not.toMatch(/name COLLATE/);
  expect(text).not.toMatch(/\.\*|SELECT \*/);
  expect(text).not.toMatch(/attgenerated|prokind|conparentid|tgparentid|pg_get_function_sqlbody/);
});
