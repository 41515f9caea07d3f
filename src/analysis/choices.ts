/** What a user sets for a simulation, in the words of the workload: names found, misspelt ones explained, as pins. */

import { columnOf } from '../catalog/index.js';
import { nearMiss } from '../config/index.js';
import { type Catalog, type Pin, type TableName, UserError } from '../model/index.js';

/** `orders=user_id`, `t=global`, `t=unsharded`, as it was written. */
export interface Choice {
  readonly table: string;
  readonly placement: string;
}

/** By table, in name order. @throws UserError bad-option: a name is not there, not unique or set twice */
export function pinsOfChoices(
  choices: readonly Choice[],
  catalog: Catalog,
  known: readonly TableName[],
  addedKeysOf: (table: TableName) => readonly string[],
): ReadonlyMap<TableName, Pin> {
  const pins = new Map<TableName, Pin>();
  for (const choice of choices) {
    const table = tableNamed(choice.table, known);
    if (pins.has(table)) throw badOption(`${table} is set twice`, 'Give one --set for each table.');
    pins.set(table, pinOf(choice.placement, table, catalog, addedKeysOf(table)));
  }
  return new Map([...pins].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The schema may be left out of a name that only one table has. */
function tableNamed(written: string, known: readonly TableName[]): TableName {
  if (known.includes(written)) return written;
  const bare = (table: TableName): string => table.slice(table.indexOf('.') + 1);
  const fitting = known.filter((table) => bare(table) === written);
  if (fitting.length === 1) return fitting[0] as TableName;
  if (fitting.length > 1) {
    throw badOption(
      `--set ${written}: several tables have this name`,
      `Write it with its schema: ${fitting.join(', ')}.`,
    );
  }
  const close = nearMiss(written, written.includes('.') ? known : known.map(bare));
  throw badOption(
    `--set ${written}: neither the schema nor the workload has such a table`,
    close === undefined ? `The tables are: ${known.join(', ')}.` : `Did you mean ${close}?`,
  );
}

function pinOf(written: string, table: TableName, catalog: Catalog, addedKeys: readonly string[]): Pin {
  if (written === 'global' || written === 'unsharded') return { placement: written };
  const described = catalog.tables.get(table);
  const isColumn =
    described === undefined || !described.columnsComplete || columnOf(described, written) !== undefined;
  if (isColumn || addedKeys.includes(written)) return { placement: 'sharded', key: written };
  const columns = described.columns.map(({ name }) => name);
  const close = nearMiss(written, [...columns, ...addedKeys, 'global', 'unsharded']);
  const all = [
    `its columns are ${columns.join(', ')}`,
    ...(addedKeys.length === 0 ? [] : [`keys that can be added along foreign keys: ${addedKeys.join(', ')}`]),
  ].join('; ');
  throw badOption(
    `--set ${table}=${written}: the table has no such column, and no such key can be added to it`,
    `${close === undefined ? '' : `Did you mean ${close}? `}Give a key, global or unsharded; ${all}.`,
  );
}

function badOption(message: string, hint: string): UserError {
  return new UserError('bad-option', message, hint);
}
