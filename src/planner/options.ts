/**
 * The options of each table: the columns that pass the gates, keys that can be added along foreign keys, global, unsharded.
 *
 * Takes the catalog, the workload and what people want; gives options in a fixed order (columns by name, added keys by
 * path, global, unsharded), what was rejected and why, and what had to be assumed.
 */

import {
  type Ban,
  bytes,
  type Catalog,
  type Pin,
  type Placement,
  percent,
  type Rejected,
  type ShardedPlacement,
  type Table,
  type TableName,
  type TableOptions,
  UserError,
} from '../model/index.js';
import { addedKeys } from './add-key.js';
import { columnNamed, familyOf, foreignKeysOf, keyTypeName, plannedTables } from './columns.js';
import { type Domains, findDomains } from './domains.js';
import { passGates } from './gates.js';
import { applyBans, applyPin, isBanned } from './intent.js';
import { GLOBAL_WRITE_SHARE, type PlannerSettings, type WeightedQuery } from './settings.js';
import { noTraffic, type Traffic, trafficOf } from './traffic.js';

export interface OptionsOfTables {
  /** In name order. */
  readonly options: TableOptions;
  readonly rejected: ReadonlyMap<TableName, readonly Rejected[]>;
  readonly assumptions: ReadonlyMap<TableName, readonly string[]>;
}

interface Context {
  readonly catalog: Catalog;
  readonly domains: Domains;
  readonly settings: PlannerSettings;
  readonly traffic: ReadonlyMap<TableName, Traffic>;
  readonly globalBytes: number;
}

/** One table's options while they are being found. */
interface Found {
  readonly options: readonly Placement[];
  readonly rejected: readonly Rejected[];
  readonly assumptions: readonly string[];
}

/** @throws UserError bad-config: a pin or ban names a table or column that is not there, or leaves no option. */
export function tableOptions(
  catalog: Catalog,
  queries: readonly WeightedQuery[],
  settings: PlannerSettings,
): OptionsOfTables {
  try {
    return optionsUnder(catalog, queries, settings);
  } catch (error) {
    throw error instanceof UserError && settings.intentFile !== undefined
      ? new UserError(error.code, error.message, error.hint, { file: settings.intentFile })
      : error;
  }
}

function optionsUnder(
  catalog: Catalog,
  queries: readonly WeightedQuery[],
  settings: PlannerSettings,
): OptionsOfTables {
  const traffic = trafficOf(queries).tables;
  const domains = findDomains(catalog, queries);
  const context = { catalog, domains, settings, traffic, globalBytes: globalBudget(catalog, settings) };
  const names = plannedNames(catalog, traffic);
  refuseUnknownTables(settings, new Set(names));
  const keys = new Map(names.map((name) => [name, ownKeysOf(context, name)]));
  const found = new Map(names.map((name) => [name, optionsOf(context, name, keys)]));
  const pick = <T>(part: (one: Found) => readonly T[]): ReadonlyMap<TableName, readonly T[]> =>
    new Map([...found].map(([name, one]) => [name, part(one)]));
  return {
    options: pick((one) => one.options),
    rejected: pick((one) => one.rejected),
    assumptions: pick((one) => one.assumptions),
  };
}

function plannedNames(catalog: Catalog, traffic: ReadonlyMap<TableName, Traffic>): readonly TableName[] {
  return [...new Set([...plannedTables(catalog).map((table) => table.name), ...traffic.keys()])].sort();
}

/** 1 GiB, or a hundredth of all bytes that statistics know of. */
export function globalBudget(catalog: Catalog, settings: PlannerSettings): number {
  const all = plannedTables(catalog).reduce((sum, table) => sum + (table.statistics?.totalBytes ?? 0), 0);
  return settings.budgets.globalBytes ?? Math.max(1024 ** 3, all / 100);
}

function refuseUnknownTables(settings: PlannerSettings, known: ReadonlySet<TableName>): void {
  for (const name of [...settings.pins.keys(), ...settings.forbid.keys()].sort()) {
    if (known.has(name)) continue;
    throw new UserError(
      'bad-config',
      `the config names the table ${name}, which neither the schema nor the workload has`,
      'Write tables as schema.table, as the plan prints them.',
    );
  }
}

function optionsOf(context: Context, name: TableName, keys: ReadonlyMap<TableName, Found>): Found {
  const own = keys.get(name) as Found;
  const added = addedKeys(
    {
      catalog: context.catalog,
      trafficOf: (table) => context.traffic.get(table) ?? noTraffic,
      ownKeys: (table) => keysToLeadTo(context, table, keys.get(table)?.options ?? []),
      isShared: (table, key) => key.group !== `${table}.${key.key}`,
    },
    name,
  );
  const global = globalOf(context, name);
  const found: Found = {
    options: [...own.options, ...added, ...global.options, { placement: 'unsharded' }],
    rejected: [...own.rejected, ...global.rejected],
    assumptions: [...own.assumptions, ...global.assumptions],
  };
  return applyIntent(context, name, found);
}

/** The keys that paths of other tables may end at: people's intent counts here too. */
function keysToLeadTo(
  context: Context,
  name: TableName,
  own: readonly Placement[],
): readonly ShardedPlacement[] {
  const pin = context.settings.pins.get(name);
  if (pin?.placement === 'sharded') {
    const isColumn = columnNamed(context.catalog.tables.get(name), pin.key) !== undefined;
    return isColumn ? [shardedBy(context, name, pin.key)] : [];
  }
  const bans = context.settings.forbid.get(name) ?? [];
  const isOpen = (option: Placement): option is ShardedPlacement =>
    option.placement === 'sharded' && !bans.some((ban) => isBanned(option, ban));
  return pin === undefined ? own.filter(isOpen) : [];
}

// ── keys that the table has ──────────────────────────────────────────────────────────────────────────────────────────

function ownKeysOf(context: Context, name: TableName): Found {
  const traffic = context.traffic.get(name) ?? noTraffic;
  const gate = { catalog: context.catalog, domains: context.domains, shards: context.settings.shards };
  const options: Placement[] = [];
  const rejected: Rejected[] = [];
  const assumptions: string[] = [];
  const pin = context.settings.pins.get(name);
  const pinned = pin?.placement === 'sharded' ? [pin.key] : [];
  for (const column of columnsWorthTrying(context, name, traffic, pinned)) {
    const result = passGates(gate, name, column, traffic);
    if (result.rejected !== undefined) rejected.push({ option: column, reason: result.rejected });
    else {
      options.push(shardedBy(context, name, column));
      assumptions.push(...result.assumptions);
    }
  }
  return { options, rejected, assumptions };
}

/**
 * Columns that statements compare, those of keys, and the one that is pinned; of those that are only inserted what other tables have as well, or
 * all when there is nothing else.
 */
function columnsWorthTrying(
  context: Context,
  name: TableName,
  traffic: Traffic,
  pinned: readonly string[],
): readonly string[] {
  const table = context.catalog.tables.get(name);
  const keyed = (table?.uniqueKeys ?? []).flatMap((key) => key.columns);
  const referring = foreignKeysOf(context.catalog, table).flatMap((key) => key.columns);
  const compared = new Set([...traffic.comparedColumns, ...keyed, ...referring]);
  const inserted = [...traffic.insertedColumns].filter(
    (column) => compared.size === 0 || context.domains.isShared(name, column),
  );
  const worth = new Set([...compared, ...inserted, ...pinned]);
  const isThere = (column: string): boolean =>
    table === undefined || !table.columnsComplete || columnNamed(table, column) !== undefined;
  return [...worth].filter(isThere).sort();
}

function shardedBy(context: Context, name: TableName, column: string): ShardedPlacement {
  const keyType = keyTypeName(columnNamed(context.catalog.tables.get(name), column));
  return {
    placement: 'sharded',
    key: column,
    ...(keyType === undefined ? {} : { keyType }),
    group: context.domains.label(name, column),
  };
}

// ── global ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function globalOf(context: Context, name: TableName): Found {
  const size = context.catalog.tables.get(name)?.statistics?.totalBytes;
  const { calls, writeCalls } = context.traffic.get(name) ?? noTraffic;
  const no = (reason: string): Found => ({
    options: [],
    rejected: [{ option: 'global', reason }],
    assumptions: [],
  });
  if (size !== undefined && size > context.globalBytes) {
    return no(`${bytes(size)} is more than the ${bytes(context.globalBytes)} that global tables may have`);
  }
  if (writeCalls > GLOBAL_WRITE_SHARE * calls) {
    return no(
      `${percent(writeCalls / calls)} of its calls write or lock it, each of which would be a commit on every shard`,
    );
  }
  const unknown = 'global: its size is not known; taken to be small';
  return {
    options: [{ placement: 'global' }],
    rejected: [],
    assumptions: size === undefined ? [unknown] : [],
  };
}

// ── people's intent ──────────────────────────────────────────────────────────────────────────────────────────────────

function refuseUnknownKeys(
  context: Context,
  name: TableName,
  bans: readonly Ban[],
  options: readonly Placement[],
): void {
  const table = context.catalog.tables.get(name);
  if (table === undefined || !table.columnsComplete) return;
  for (const ban of bans) {
    if (!('key' in ban) || columnNamed(table, ban.key) !== undefined) continue;
    if (options.some((option) => isBanned(option, ban))) continue;
    throw new UserError(
      'bad-config',
      `the config forbids the key ${ban.key} of ${name}, which has no such column`,
      `Its columns are: ${table.columns.map((column) => column.name).join(', ')}.`,
    );
  }
}

/** Other gates warn of what is unwise; a key that hashes differently on two machines would lose rows. */
function refuseImpossibleKey(table: Table | undefined, pin: Pin): void {
  const column = pin.placement === 'sharded' ? columnNamed(table, pin.key) : undefined;
  if (table === undefined || column === undefined || familyOf(column) !== 'none') return;
  throw new UserError(
    'bad-config',
    `${table.name} cannot be sharded by ${column.name}: its type (${keyTypeName(column) ?? 'an array'}) does not hash the same way everywhere`,
    'Pin it to another column, or to global or unsharded.',
  );
}

function applyIntent(context: Context, name: TableName, found: Found): Found {
  const pin = context.settings.pins.get(name);
  const bans = context.settings.forbid.get(name) ?? [];
  refuseUnknownKeys(context, name, bans, found.options);
  if (pin === undefined) return { ...found, ...applyBans(name, bans, found.options, found.rejected) };
  const table = context.catalog.tables.get(name);
  const makeKey = (column: string): Placement | undefined =>
    table === undefined || !table.columnsComplete || columnNamed(table, column) !== undefined
      ? shardedBy(context, name, column)
      : undefined;
  refuseImpossibleKey(table, pin);
  const { option, overruled } = applyPin(name, pin, found.options, found.rejected, makeKey);
  return { ...found, options: [option], assumptions: [...found.assumptions, ...overruled] };
}
