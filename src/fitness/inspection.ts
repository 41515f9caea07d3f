/**
 * Which servers may serve. One that reads statements otherwise than the router, hashes keys otherwise than the map, or writes
 * and sorts values otherwise than its neighbours would give wrong rows in silence: it is turned away with the reason, and the
 * others go on.
 */

import type { TableName } from '../model/index.js';
import { quoteIdentifier } from '../postgres/index.js';
import type { Router } from '../router/index.js';
import { goldenVectors, keyFamilyOf } from '../topology/index.js';
import { otherColumns } from './columns.js';
import {
  type Ask,
  columnsThere,
  type KeyColumn,
  oldestServer,
  type Survey,
  sampleKeys,
  survey,
  type TableOfServer,
} from './survey.js';

export interface Inspection {
  /** Why a new connection may not be used: one sentence about "it". Undefined when it may. */
  readonly unfit: (place: number, ask: Ask, version: string) => Promise<string | undefined>;
  /** How servers are set where a session says nothing: name as PostgreSQL spells it → value. Empty before the first has answered. */
  readonly defaults: () => ReadonlyMap<string, string>;
}

export interface InspectionOptions {
  readonly router: Router;
  readonly shards: number;
  readonly nameOf: (place: number) => string;
  /** The others are measured by another one from here on: what they agreed to before says nothing now. */
  readonly changed: () => void;
}

/** Fewer rows than this say nothing: they may be left from a move. */
const fewest = 8;

interface Reference {
  readonly place: number;
  readonly survey: Survey;
}

export function inspectionOf({ router, shards, nameOf, changed }: InspectionOptions): Inspection {
  const { searchPath, keys, columns } = router.expects;
  const keyColumns: readonly KeyColumn[] = keys.map(({ table, column }) => ({ ...onServer(table), column }));
  const tables = columns.map(({ table }) => onServer(table));
  const identities = new Map<string, number>();
  /** The first that was fit: what all are measured by, and what shards are sorted by. */
  let common: Reference | undefined;
  let sorting: Reference | undefined;
  /** Places whose rows were looked at: once is enough. */
  const sampledPlaces = new Set<number>();
  /** Columns that were found fit, as surveys tell them. */
  const fitColumns = new Set<string>();
  const wrongColumns = async (ask: Ask, found: Survey): Promise<string | undefined> => {
    if (tables.length === 0 || fitColumns.has(found.columns)) return undefined;
    const there = await columnsThere(ask, tables);
    if (there === undefined) return 'it does not say which columns its tables have';
    const problem = otherColumns(columns, there);
    if (problem === undefined) fitColumns.add(found.columns);
    return problem;
  };
  /** Not one of its rows is where the map has it: the shards were given in another order, or the map is not theirs. */
  const holdsStrangers = async (place: number, ask: Ask, found: Survey): Promise<string | undefined> => {
    if (!router.map().owners.includes(place)) return undefined;
    const present = new Map([...keyColumns.entries()].filter(([i]) => found.keyTypes.has(i)));
    const places = (await sampleKeys(ask, present)).map(({ at, key }) => router.locate(key, keys[at]?.group));
    if (places.length < fewest || places.some((one) => one.kind !== 'place' || one.shard === place))
      return undefined;
    return 'none of the rows looked at belongs there by the map: are the shards in their order, and is the map theirs?';
  };
  const unfitAlone = (place: number, found: Survey): string | undefined =>
    wrongSetting(found) ??
    wrongPath(found, searchPath) ??
    wrongHash(found) ??
    (place < shards ? wrongKey(found, keys) : undefined);
  return {
    defaults: () => common?.survey.settings ?? new Map(),
    unfit: async (place, ask, version) => {
      const number = versionNumber(version);
      if (number < oldestServer) return `it is PostgreSQL ${version}, and the router needs 12 or later`;
      const isShard = place < shards;
      const found = await survey(ask, number, keyColumns, isShard ? tables : []);
      if (found === undefined) return 'it does not say how it is set';
      const problem = unfitAlone(place, found) ?? (isShard ? await wrongColumns(ask, found) : undefined);
      if (problem !== undefined) return problem;
      if (isShard && !sampledPlaces.has(place)) {
        const strangers = await holdsStrangers(place, ask, found);
        if (strangers !== undefined) return strangers;
        sampledPlaces.add(place);
      }
      const twin = identities.get(found.identity);
      if (twin !== undefined && twin !== place)
        return `it is the same database as ${nameOf(twin)}, whose rows would count twice`;
      const difference =
        differenceFrom(common, place, found, nameOf) ??
        (isShard ? otherSorting(sorting, place, found, nameOf) : undefined);
      if (difference !== undefined) return difference;
      const hasChanged =
        (common?.place === place && settingsDiffer(common.survey, found)) ||
        (sorting?.place === place && sorting.survey.collation !== found.collation);
      if (common === undefined || common.place === place) common = { place, survey: found };
      if (isShard && (sorting === undefined || sorting.place === place)) sorting = { place, survey: found };
      if (hasChanged) changed();
      for (const [identity, owner] of identities) if (owner === place) identities.delete(identity);
      identities.set(found.identity, place);
      return undefined;
    },
  };
}

function onServer(table: TableName): TableOfServer {
  const dot = table.indexOf('.');
  return { schema: table.slice(0, dot), table: table.slice(dot + 1) };
}

/** `18.1`, `17beta2`, `10.23 (Debian …)` → as server_version_num begins. */
function versionNumber(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0) * 10_000;
}

// ── alone ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Under other values the server reads a statement, or an array that the router writes, as something else. */
const needed: readonly (readonly [string, string])[] = [
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  ['array_nulls', 'on'],
  ['transform_null_equals', 'off'],
];

function wrongSetting({ settings }: Survey): string | undefined {
  for (const [name, value] of needed) {
    const found = settings.get(name);
    if (found !== value) return `its ${name} is ${found}, and the router needs ${value}`;
  }
  return undefined;
}

/** A schema before those of the plan would give its tables other names. */
function wrongPath({ settings }: Survey, schemas: readonly string[]): string | undefined {
  const path = settings.get('search_path') ?? '';
  const found = path === '' ? [] : path.split(', ');
  const expected = schemas.map(asQuoted);
  const both = Math.min(found.length, expected.length);
  const isSame = found.slice(0, both).join() === expected.slice(0, both).join();
  return isSame
    ? undefined
    : `it looks for tables in ${found.join(', ')}, and the router in ${expected.join(', ')}: set search_path for its role`;
}

/** As quote_ident has it, but for keywords, which it quotes as well. */
function asQuoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name);
}

function wrongHash({ hashes }: Survey): string | undefined {
  const isSame = goldenVectors().every(({ hash }, i) => hashes[i] === String(hash));
  return isSame ? undefined : 'it hashes keys otherwise than the map';
}

function wrongKey({ keyTypes }: Survey, keys: Router['expects']['keys']): string | undefined {
  for (const [i, { table, column, family }] of keys.entries()) {
    const type = keyTypes.get(i);
    if (type !== undefined && keyFamilyOf(type) !== family)
      return `the key ${column} of ${table} is of type ${type} there, and the plan hashes it as ${family}`;
  }
  return undefined;
}

// ── beside the others ────────────────────────────────────────────────────────────────────────────────────────────────

type Named = InspectionOptions['nameOf'];

function differenceFrom(
  reference: Reference | undefined,
  place: number,
  found: Survey,
  nameOf: Named,
): string | undefined {
  if (reference === undefined || reference.place === place) return undefined;
  const other = reference.survey;
  const name = nameOf(reference.place);
  for (const [setting, value] of found.settings) {
    const theirs = other.settings.get(setting);
    if (theirs !== value) return `its ${setting} is ${value}, and that of ${name} is ${theirs}`;
  }
  return undefined;
}

function otherSorting(
  reference: Reference | undefined,
  place: number,
  { collation }: Survey,
  nameOf: Named,
): string | undefined {
  if (reference === undefined || reference.place === place || reference.survey.collation === collation)
    return undefined;
  const { place: by, survey } = reference;
  return `its collation is ${collation}, and that of ${nameOf(by)} is ${survey.collation}: they sort otherwise`;
}

function settingsDiffer(one: Survey, other: Survey): boolean {
  return [...one.settings].some(([name, value]) => other.settings.get(name) !== value);
}
