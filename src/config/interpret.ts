/** The config file as it is written → what it means. */

import { type ConfigFile, fullTableName } from '../contract/index.js';
import {
  type Ban,
  type DocumentIntent,
  migrationPhaseNames,
  type Pin,
  type TableName,
} from '../model/index.js';
import { type Budgets, type Config, type Costs, emptyConfig, type Waiver } from './config.js';
import { bytesOf, shareOf } from './quantities.js';

type Written<Key extends keyof ConfigFile> = NonNullable<ConfigFile[Key]>;

export function interpret(
  written: ConfigFile,
  file: string,
  lineOfWaiver: (waiver: number) => number | undefined,
): Config {
  return {
    file,
    pins: pinsOf(written.pins ?? {}),
    forbid: bansOf(written.forbid ?? []),
    budgets: budgetsOf(written.budgets ?? {}),
    waivers: (written.waivers ?? []).map((waiver, at) => waiverOf(waiver, lineOfWaiver(at))),
    assume: {
      functions: written.assume?.functions ?? emptyConfig.assume.functions,
      rls: written.assume?.rls ?? emptyConfig.assume.rls,
    },
    costs: given(written.costs ?? {}) as Costs,
    ...(written.document === undefined ? {} : { document: documentOf(written.document) }),
  };
}

function pinsOf(written: Written<'pins'>): ReadonlyMap<TableName, Pin> {
  return new Map(Object.entries(written).map(([table, pin]) => [fullTableName(table), pinOf(pin)]));
}

function pinOf(pin: string | { readonly key: string }): Pin {
  if (typeof pin !== 'string') return { placement: 'sharded', key: pin.key };
  return pin === 'global' || pin === 'unsharded' ? { placement: pin } : { placement: 'sharded', key: pin };
}

function bansOf(written: Written<'forbid'>): ReadonlyMap<TableName, readonly Ban[]> {
  const bans = new Map<TableName, readonly Ban[]>();
  for (const ban of written) {
    const [table, added] = banOf(ban);
    bans.set(table, [...(bans.get(table) ?? []), ...added]);
  }
  return bans;
}

/** A name with one dot is `table.column`, with two `schema.table.column`; an object takes `schema.table`. */
function banOf(ban: Written<'forbid'>[number]): readonly [TableName, readonly Ban[]] {
  if (typeof ban !== 'string') {
    const bans: readonly Ban[] = [
      ...(ban.columns ?? []).map((key) => ({ key })),
      ...(ban.placements ?? []).map((placement) => ({ placement })),
    ];
    return [fullTableName(ban.table), bans.length > 0 ? bans : [{ placement: 'sharded' }]];
  }
  const dot = ban.lastIndexOf('.');
  if (dot < 0) return [fullTableName(ban), [{ placement: 'sharded' }]];
  return [fullTableName(ban.slice(0, dot)), [{ key: ban.slice(dot + 1) }]];
}

function budgetsOf(written: Written<'budgets'>): Budgets {
  const share = (of: number | string | undefined) => (of === undefined ? undefined : shareOf(of));
  return given({
    globalBytes: written.globalBytes === undefined ? undefined : bytesOf(written.globalBytes),
    addedKeys: written.addedKeys,
    unshardedTimeShare: share(written.unshardedTimeShare),
    unshardedWriteShare: share(written.unshardedWriteShare),
    maxCrossShard: share(written.maxCrossShard),
  }) as Budgets;
}

function waiverOf({ tables, ...waiver }: Written<'waivers'>[number], line: number | undefined): Waiver {
  return given({ ...waiver, tables: tables?.map(fullTableName), line }) as unknown as Waiver;
}

function documentOf({ phases = {}, copyBytesPerSecond, ...written }: Written<'document'>): DocumentIntent {
  const intent = {
    ...written,
    copyBytesPerSecond: copyBytesPerSecond === undefined ? undefined : bytesOf(copyBytesPerSecond),
    phases: migrationPhaseNames.flatMap((phase) => {
      const wanted = phases[phase];
      return wanted === undefined ? [] : [given({ phase, ...wanted })];
    }),
  };
  return given(intent) as unknown as DocumentIntent;
}

function given(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
