/**
 * Which columns may be shard keys. A gate says why a column may not, in words for the report; what it could not check
 * because nobody told is an assumption, never a silent pass.
 */

import { type Catalog, percent, type Table, type TableName } from '../model/index.js';
import { columnNamed, distinctOf, familyOf, keyTypeName, nullabilityOf, statisticsOf } from './columns.js';
import type { Domains } from './domains.js';
import { DISTINCT_PER_SHARD, FEW_ROWS_PER_SHARD, HOT_KEY_FRACTION } from './settings.js';
import type { Traffic } from './traffic.js';
import { number } from './words.js';

export interface GateContext {
  readonly catalog: Catalog;
  readonly domains: Domains;
  readonly shards: number;
}

export interface GateResult {
  /** Why the column cannot be the key; the first gate that it fails. */
  readonly rejected?: string;
  readonly assumptions: readonly string[];
}

type Gate = (
  context: GateContext,
  at: Candidate,
) => { readonly rejected?: string; readonly assumed?: string };

interface Candidate {
  readonly table: Table | undefined;
  readonly name: TableName;
  readonly column: string;
  readonly traffic: Traffic;
}

export function passGates(
  context: GateContext,
  name: TableName,
  column: string,
  traffic: Traffic,
): GateResult {
  const candidate = { table: context.catalog.tables.get(name), name, column, traffic };
  const results = gates.map((gate) => gate(context, candidate));
  const rejected = results.find((result) => result.rejected !== undefined)?.rejected;
  return {
    ...(rejected === undefined ? {} : { rejected }),
    assumptions: results.flatMap((result) => result.assumed ?? []),
  };
}

const hashable: Gate = (_, { table, column }) => {
  const family = familyOf(columnNamed(table, column));
  if (family === 'unknown') return { assumed: `${column}: its type is not known; taken to be hashable` };
  if (family !== 'none') return {};
  const type = keyTypeName(columnNamed(table, column)) ?? 'an array';
  return { rejected: `its type (${type}) does not hash the same way everywhere` };
};

const neverSet: Gate = (_, { column, traffic }) => {
  const statement = traffic.setColumns.get(column);
  return statement === undefined ? {} : { rejected: `it is set by an UPDATE (statement ${statement})` };
};

const neverNull: Gate = ({ domains }, { table, name, column }) => {
  const assumed = (what: string) => ({ assumed: `${column}: ${what}` });
  switch (nullabilityOf(table, column)) {
    case 'never':
      return {};
    case 'no-row':
      return assumed('it may be null, though no row was when statistics were taken');
    case 'some-rows':
      return {
        rejected: `it is null in ${percent(statisticsOf(table, column)?.nullShare ?? 0)} of the rows`,
      };
    case 'untold':
      return assumed('whether it may be null is not known; taken not to be');
    case 'unknown':
      // A key that other tables have as well is worth the change; any other column had better be left alone.
      return domains.isShared(name, column)
        ? assumed('it may be null, how often is not known; make it NOT NULL')
        : { rejected: 'it may be null' };
  }
};

const manyValues: Gate = ({ domains, shards }, { table, name, column }) => {
  const needed = DISTINCT_PER_SHARD * shards;
  const own = distinctOf(table, column);
  const known = hasFewRows(table, shards) ? (domains.distinct(name, column) ?? own) : own;
  if (known === undefined)
    return { assumed: `${column}: its number of distinct values is not known; taken to be enough` };
  if (known >= needed) return {};
  return {
    rejected: `${number(known)} distinct values are too few for ${shards} shards (${number(needed)} needed)`,
  };
};

const noHotValue: Gate = ({ shards }, { table, column }) => {
  const most = statisticsOf(table, column)?.commonFrequencies[0];
  if (most === undefined || hasFewRows(table, shards)) return {};
  const limit = HOT_KEY_FRACTION / shards;
  if (most <= limit) return {};
  return {
    rejected: `one value has ${percent(most)} of the rows (at most ${percent(limit)} for ${shards} shards)`,
  };
};

function hasFewRows(table: Table | undefined, shards: number): boolean {
  const rows = table?.statistics?.rowCount;
  return rows !== undefined && rows < FEW_ROWS_PER_SHARD * shards;
}

const gates: readonly Gate[] = [hashable, neverSet, neverNull, manyValues, noHotValue];
