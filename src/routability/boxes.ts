/**
 * The exact cost of a statement under *any* placement, as boxes: combinations of options under which it reaches a tier.
 * Built from the same facts as the classifier asks, one box for each constant, driver and group that could decide; under
 * every placement the cheapest satisfied box costs what the classifier's verdict costs (a property test holds them together).
 */

import type {
  Box,
  CostTable,
  Instance,
  Placement,
  Query,
  ShardedPlacement,
  StatementCost,
  TableName,
  TableOptions,
  VerdictKind,
} from '../model/index.js';
import { type Analysis, analyse, type Sharded, type SourceReach } from './analysis.js';
import { parameterOf, pathConstant } from './conditional.js';
import { costOfList } from './costs.js';
import { boundOf, driveOf, listsOf } from './fan-out.js';
import { driverSets } from './scatter.js';
import { pins } from './single.js';
import { problemOf } from './writes.js';

interface Boxing {
  readonly analysis: Analysis;
  readonly options: TableOptions;
  readonly costs: CostTable;
  /** Tables with live instances, sorted. */
  readonly tables: readonly TableName[];
}

type Allowed = Map<TableName, readonly number[]>;

export function costOf(
  query: Query,
  options: TableOptions,
  costs: CostTable,
  id: string,
  weight: number,
): StatementCost {
  const none = { id, weight, tables: query.tables, boxes: [] };
  if (query.unseen.length > 0 || query.tables.some((table) => !options.has(table)))
    return { ...none, otherwise: costs.crossShard };
  const analysis = analyse(query, addedKeys(query, options));
  if (analysis.live.length === 0) return { ...none, otherwise: costs.single };
  const tables = [...new Set(analysis.live.map(({ table }) => table))].sort();
  const boxing: Boxing = { analysis, options, costs, tables };
  const boxes = [
    oneDatabaseBox(boxing),
    ...globalWriteBoxes(boxing),
    ...crossDatabaseBoxes(boxing),
    ...(query.command === 'utility'
      ? utilityBoxes(boxing)
      : groupsOf(boxing).flatMap((group) => groupBoxes(boxing, group))),
  ];
  return {
    id,
    weight,
    tables: query.tables,
    boxes: boxes.filter(isSatisfiable).sort(byCost),
    otherwise: costs.crossShard,
  };
}

function addedKeys(query: Query, options: TableOptions): (ShardedPlacement & { table: TableName })[] {
  return query.tables.flatMap((table) =>
    (options.get(table) ?? []).flatMap((option) =>
      option.placement === 'sharded' && option.addKey !== undefined ? [{ ...option, table }] : [],
    ),
  );
}

function isSatisfiable(box: Box): boolean {
  return [...box.allowed.values()].every((positions) => positions.length > 0);
}

function byCost(a: Box, b: Box): number {
  return a.cost - b.cost || a.assumedCost - b.assumedCost;
}

function positions(
  boxing: Boxing,
  table: TableName,
  fits: (option: Placement) => boolean,
): readonly number[] {
  return (boxing.options.get(table) ?? []).flatMap((option, position) => (fits(option) ? [position] : []));
}

function box(tier: VerdictKind, cost: number, allowed: Allowed, assumedCost = cost): Box {
  return { tier, cost, assumedCost, allowed };
}

// ── tiers that ask for no key ────────────────────────────────────────────────────────────────────────────────────────

function isGlobalRead(boxing: Boxing, table: TableName, option: Placement): boolean {
  return option.placement === 'global' && !boxing.analysis.written.has(table);
}

/** Everything unsharded, or global and only read. */
function oneDatabaseBox(boxing: Boxing): Box {
  const allowed: Allowed = new Map();
  for (const table of boxing.tables) {
    allowed.set(
      table,
      positions(
        boxing,
        table,
        (option) => option.placement === 'unsharded' || isGlobalRead(boxing, table, option),
      ),
    );
  }
  return box('unsharded', boxing.costs.single, allowed);
}

/** A global table is written, and no sharded row goes into it: all is global, or rows are locked only, or a utility runs. */
function globalWriteBoxes(boxing: Boxing): readonly Box[] {
  const { analysis, costs, tables } = boxing;
  return tables
    .filter((table) => analysis.written.has(table))
    .map((written) => {
      const isModified = analysis.query.command !== 'utility' && analysis.modified.has(written);
      const allowed: Allowed = new Map();
      for (const table of tables) {
        const mayBeSharded = table !== written && !isModified;
        // Where only a lock is global, what is modified must be sharded.
        const mayBeGlobal =
          table === written ||
          isModified ||
          analysis.query.command === 'utility' ||
          !analysis.modified.has(table);
        allowed.set(
          table,
          positions(
            boxing,
            table,
            ({ placement }) =>
              (placement === 'sharded' && mayBeSharded) || (placement === 'global' && mayBeGlobal),
          ),
        );
      }
      return box('global-write', costs.globalWrite, allowed);
    });
}

/** One table unsharded, another sharded, or global and written. */
function crossDatabaseBoxes(boxing: Boxing): readonly Box[] {
  const { analysis, costs, tables } = boxing;
  return tables.flatMap((one) =>
    tables
      .filter((other) => other !== one)
      .map((other) =>
        box(
          'cross-database',
          costs.crossDatabase,
          new Map([
            [one, positions(boxing, one, ({ placement }) => placement === 'unsharded')],
            [
              other,
              positions(
                boxing,
                other,
                ({ placement }) =>
                  placement === 'sharded' || (placement === 'global' && analysis.written.has(other)),
              ),
            ],
          ]),
        ),
      ),
  );
}

/** TRUNCATE, COPY FROM and the like run on every shard. */
function utilityBoxes(boxing: Boxing): readonly Box[] {
  const allowed: Allowed = new Map();
  for (const table of boxing.tables) {
    allowed.set(
      table,
      positions(
        boxing,
        table,
        (option) => option.placement === 'sharded' || isGlobalRead(boxing, table, option),
      ),
    );
  }
  return [box('scatter', boxing.costs.scatter, allowed)];
}

// ── tiers by key, one group at a time ────────────────────────────────────────────────────────────────────────────────

function groupsOf(boxing: Boxing): readonly string[] {
  const groups = boxing.tables.flatMap((table) =>
    (boxing.options.get(table) ?? []).flatMap((option) =>
      option.placement === 'sharded' ? [option.group] : [],
    ),
  );
  return [...new Set(groups)].sort();
}

function groupBoxes(boxing: Boxing, group: string): readonly Box[] {
  const { analysis, costs } = boxing;
  const routable = (pin: SourceReach) =>
    allowedWhere(boxing, group, 'routable', (sharded) => pins(analysis, pin, sharded));
  return [
    ...analysis.constants.map((pin) => box('single-shard', costs.single, routable(pin))),
    ...analysis.constants.flatMap((pin) => pinnedGlobalWrites(boxing, routable(pin))),
    box(
      'conditional',
      costs.scatter,
      allowedWhere(boxing, group, 'passable', (sharded) => hasParameter(analysis, sharded)),
      costs.single,
    ),
    ...scatterBoxes(boxing, group),
  ];
}

/** A global table is modified beside rows of one known shard. */
function pinnedGlobalWrites(boxing: Boxing, routable: Allowed): readonly Box[] {
  const { analysis, costs, tables } = boxing;
  const globalOf = (table: TableName) => positions(boxing, table, ({ placement }) => placement === 'global');
  const everyGlobal: Allowed = new Map(
    tables.map((table) => [
      table,
      [...new Set([...(routable.get(table) ?? []), ...globalOf(table)])].sort((a, b) => a - b),
    ]),
  );
  return tables
    .filter((table) => analysis.modified.has(table))
    .map((table) => box('global-write', costs.globalWrite, new Map(everyGlobal).set(table, globalOf(table))));
}

function hasParameter(analysis: Analysis, sharded: Sharded): boolean {
  return parameterOf(analysis, sharded) !== undefined || pathConstant(analysis, sharded) !== undefined;
}

/** For each table the sharded options of the group that fit all its live instances, and global where it is only read. */
function allowedWhere(
  boxing: Boxing,
  group: string,
  writes: WriteLevel,
  fits: (sharded: Sharded) => boolean,
): Allowed {
  const allowed: Allowed = new Map();
  for (const table of boxing.tables) {
    const instances = instancesOf(boxing, table);
    allowed.set(
      table,
      positions(boxing, table, (option) => {
        if (option.placement !== 'sharded') return isGlobalRead(boxing, table, option);
        if (option.group !== group || !mayWrite(boxing, table, option, writes)) return false;
        return instances.every((instance) => fits({ instance, placement: option }));
      }),
    );
  }
  return allowed;
}

function instancesOf(boxing: Boxing, table: TableName): readonly Instance[] {
  return boxing.analysis.live.filter((instance) => instance.table === table);
}

/** routable: no problem with writes at all. passable: none but a key that the application will have to pass. */
type WriteLevel = 'routable' | 'passable';

function mayWrite(boxing: Boxing, table: TableName, option: ShardedPlacement, level: WriteLevel): boolean {
  const live = new Map(instancesOf(boxing, table).map((instance) => [instance.id, instance]));
  return boxing.analysis.query.writes.every((write) => {
    const instance = live.get(write.instance);
    const problem = instance === undefined ? undefined : problemOf(write, option, instance.label);
    return problem === undefined || (level === 'passable' && problem.verdict === 'conditional');
  });
}

// ── scatter and lists ────────────────────────────────────────────────────────────────────────────────────────────────

/** One box for each set of drivers and each choice of their keys. */
function scatterBoxes(boxing: Boxing, group: string): readonly Box[] {
  const { analysis } = boxing;
  const byId = new Map(analysis.live.map((instance) => [instance.id, instance]));
  const canShard = (id: number) => {
    const instance = byId.get(id);
    return instance !== undefined && keysOf(boxing, group, instance).length > 0;
  };
  return driverSets(analysis.query, canShard).flatMap((set) => {
    const instances = set.flatMap((id) => byId.get(id) ?? []);
    return choicesOf(boxing, group, instances).flatMap((drivers) => driveBox(boxing, group, drivers));
  });
}

/** An instance's keys: options that share a node behave alike, and so do all whose column the statement does not mention. */
function keysOf(boxing: Boxing, group: string, instance: Instance): readonly ShardedPlacement[] {
  const byNode = new Map<number | undefined, ShardedPlacement>();
  for (const option of boxing.options.get(instance.table) ?? []) {
    if (
      option.placement !== 'sharded' ||
      option.group !== group ||
      !mayWrite(boxing, instance.table, option, 'routable')
    )
      continue;
    const node = boxing.analysis.keyNode(instance, option);
    if (!byNode.has(node)) byNode.set(node, option);
  }
  return [...byNode.values()];
}

function choicesOf(
  boxing: Boxing,
  group: string,
  instances: readonly Instance[],
): readonly (readonly Sharded[])[] {
  return instances.reduce<readonly (readonly Sharded[])[]>(
    (choices, instance) =>
      choices.flatMap((chosen) =>
        keysOf(boxing, group, instance).map((placement) => [...chosen, { instance, placement }]),
      ),
    [[]],
  );
}

function driveBox(boxing: Boxing, group: string, drivers: readonly Sharded[]): readonly Box[] {
  const { analysis, costs } = boxing;
  const drive = driveOf(analysis, drivers, drivers);
  if (drive === undefined) return [];
  const driving = new Map(
    drivers.map((driver) => [driver.instance.id, analysis.keyNode(driver.instance, driver.placement)]),
  );
  const allowed = allowedWhere(boxing, group, 'routable', ({ instance, placement }) => {
    const node = analysis.keyNode(instance, placement);
    if (driving.has(instance.id)) return driving.get(instance.id) === node;
    return node !== undefined && drive.reached.has(node);
  });
  // A driver is sharded: made global, its rows would be repeated by every shard.
  for (const { instance } of drivers) {
    const sharded = positions(boxing, instance.table, (option) => option.placement === 'sharded');
    allowed.set(
      instance.table,
      (allowed.get(instance.table) ?? []).filter((position) => sharded.includes(position)),
    );
  }
  const lists = listsOf(analysis, drive);
  if (lists === undefined) return [box('scatter', costs.scatter, allowed)];
  return [box('multi-shard', costOfList(boundOf(lists), costs), allowed)];
}
