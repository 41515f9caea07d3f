/** OIDs of types → their names in SQL, as a server spells them; remembered, since those of PostgreSQL itself never change. */

import type { Backend } from './backend.js';
import { valuesOf } from './backend-messages.js';
import { ask } from './exchanges.js';
import { Complained } from './pool.js';

const known = new Map<number, string>();
/** OIDs from here on are of the database's own types, which other databases number otherwise. */
const firstOwn = 16_384;

/**
 * `backend`: the one whose rows have these types, for types of its own have other numbers elsewhere. The names are those
 * without a length: `character` alone would be one of a single character.
 * @throws Complained
 */
export async function sqlTypes(backend: Backend, oids: readonly number[]): Promise<readonly string[]> {
  const missing = [...new Set(oids)].filter((oid) => !known.has(oid));
  const names = new Map<number, string>();
  if (missing.length > 0) {
    const list = missing.map((oid) => `format_type(${oid}, -1)`).join(', ');
    const { rows } = await ask(backend, `SELECT ${list}`);
    const [row] = rows;
    if (row === undefined)
      throw new Complained({ sqlstate: 'XX000', message: 'the types of the rows are not known' });
    for (const [i, value] of valuesOf(row).entries()) {
      const oid = missing[i] ?? 0;
      const name = value?.toString('utf8') ?? 'text';
      names.set(oid, name);
      if (oid < firstOwn) known.set(oid, name);
    }
  }
  return oids.map((oid) => known.get(oid) ?? names.get(oid) ?? 'text');
}
