/** What the workload does to each table: calls, writes, time, and which columns it pins, joins and sets. */

import { byCodeUnit, type Instance, type Query, type TableName } from '../model/index.js';
import type { WeightedQuery } from './settings.js';

export interface Traffic {
  readonly calls: number;
  /** Calls of statements that write or lock the table. */
  readonly writeCalls: number;
  /** Time of its statements; one that touches n tables gives each a part of n. Calls when no times are known. */
  readonly load: number;
  /** Calls of statements that write it, shared out among the tables that they write. */
  readonly writeLoad: number;
  /** Columns that are compared with constants or other columns. */
  readonly comparedColumns: ReadonlySet<string>;
  /** Columns that an INSERT gives a value. */
  readonly insertedColumns: ReadonlySet<string>;
  /** Columns that an UPDATE sets, each with the first statement by id. */
  readonly setColumns: ReadonlyMap<string, string>;
}

export interface TrafficOfAll {
  readonly tables: ReadonlyMap<TableName, Traffic>;
  readonly totalLoad: number;
  readonly totalWriteLoad: number;
}

interface Tally {
  calls: number;
  writeCalls: number;
  load: number;
  writeLoad: number;
  readonly comparedColumns: Set<string>;
  readonly insertedColumns: Set<string>;
  readonly setColumns: Map<string, string>;
}

function newTally(): Tally {
  return {
    calls: 0,
    writeCalls: 0,
    load: 0,
    writeLoad: 0,
    comparedColumns: new Set(),
    insertedColumns: new Set(),
    setColumns: new Map(),
  };
}

export const noTraffic: Traffic = newTally();

export function trafficOf(queries: readonly WeightedQuery[]): TrafficOfAll {
  const ordered = [...queries].sort((a, b) => byCodeUnit(a.id, b.id));
  const isTimed = ordered.some((weighted) => weighted.totalExecMs > 0);
  const tallies = new Map<TableName, Tally>();
  for (const weighted of ordered) {
    count(tallies, weighted, isTimed ? weighted.totalExecMs : weighted.calls);
    noteColumns(tallies, weighted);
  }
  const all = [...tallies.values()];
  return {
    tables: new Map([...tallies].sort(([a], [b]) => byCodeUnit(a, b))),
    totalLoad: all.reduce((sum, tally) => sum + tally.load, 0),
    totalWriteLoad: all.reduce((sum, tally) => sum + tally.writeLoad, 0),
  };
}

function tallyOf(tallies: Map<TableName, Tally>, table: TableName): Tally {
  const known = tallies.get(table);
  if (known !== undefined) return known;
  const fresh = newTally();
  tallies.set(table, fresh);
  return fresh;
}

function count(tallies: Map<TableName, Tally>, { query, calls }: WeightedQuery, load: number): void {
  const read = query.instances.map((instance) => instance.table);
  const locked = query.instances.filter(({ access }) => access !== 'read').map(({ table }) => table);
  const written = new Set(query.writes.map((write) => write.table));
  const changed = new Set([...locked, ...written]);
  const touched = new Set([...read, ...written]);
  for (const table of touched) {
    const tally = tallyOf(tallies, table);
    tally.calls += calls;
    tally.load += load / touched.size;
    if (changed.has(table)) tally.writeCalls += calls;
    if (written.has(table)) tally.writeLoad += calls / written.size;
  }
}

function noteColumns(tallies: Map<TableName, Tally>, { id, query }: WeightedQuery): void {
  const compared = comparedNodes(query);
  for (const instance of query.instances) {
    const tally = tallyOf(tallies, instance.table);
    for (const column of comparedColumnsOf(instance, compared)) {
      (instance.access === 'insert' ? tally.insertedColumns : tally.comparedColumns).add(column);
    }
  }
  for (const { left, right } of query.joins) {
    for (const { table, column } of [left, right]) tallyOf(tallies, table).comparedColumns.add(column);
  }
  for (const write of query.writes) {
    const tally = tallyOf(tallies, write.table);
    for (const column of write.setColumns) {
      if (!tally.setColumns.has(column)) tally.setColumns.set(column, id);
    }
  }
}

function comparedNodes(query: Query): ReadonlySet<number> {
  return new Set([
    ...query.flows.flatMap((flow) => [...flow.from, flow.to]),
    ...query.sources.map((source) => source.node),
  ]);
}

function comparedColumnsOf(instance: Instance, compared: ReadonlySet<number>): readonly string[] {
  return [...instance.columns].filter(([, node]) => compared.has(node)).map(([column]) => column);
}
