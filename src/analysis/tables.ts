/** A report for each table of the plan: its traffic, its candidates, what is known and what was assumed. */

import type { Candidate, Catalog, Flag, Placements, TableName, TableReport } from '../model/index.js';
import {
  type exactCost,
  flagsOf,
  hotKeyText,
  type OptionsOfTables,
  type PlannerSettings,
  type WeightedQuery,
} from '../planner/index.js';
import type { Judged } from './judged.js';
import { singleShareOf } from './score.js';

export interface TableFacts {
  readonly catalog: Catalog;
  readonly placements: Placements;
  readonly judged: readonly Judged[];
  readonly queries: readonly WeightedQuery[];
  readonly options: OptionsOfTables;
  readonly judgement: ReturnType<typeof exactCost>;
  readonly settings: PlannerSettings;
}

export function tableReports(facts: TableFacts): readonly TableReport[] {
  const total = facts.judged.reduce((sum, { weight }) => sum + weight, 0);
  const byTable = groupByTable(facts.judged);
  const flags = flagsOf({ ...facts, tables: facts.options });
  return [...facts.placements.keys()]
    .sort()
    .map((name) => tableReport(facts, name, byTable.get(name) ?? [], total, flags.get(name) ?? []));
}

function groupByTable(judged: readonly Judged[]): ReadonlyMap<TableName, readonly Judged[]> {
  const byTable = new Map<TableName, Judged[]>();
  for (const one of judged) {
    for (const table of one.verdict.tables) {
      const list = byTable.get(table);
      if (list === undefined) byTable.set(table, [one]);
      else list.push(one);
    }
  }
  return byTable;
}

function tableReport(
  facts: TableFacts,
  name: TableName,
  touching: readonly Judged[],
  total: number,
  flags: readonly Flag[],
): TableReport {
  const placement = facts.placements.get(name);
  if (placement === undefined) throw new Error(`${name} has no placement`);
  const weight = touching.reduce((sum, one) => sum + one.weight, 0);
  const writing = touching.filter((one) => writes(one, name)).reduce((sum, one) => sum + one.weight, 0);
  const single = singleShareOf(touching);
  const statistics = facts.catalog.tables.get(name)?.statistics;
  return {
    name,
    placement,
    calls: touching.reduce((sum, { source }) => sum + source.counters.calls, 0),
    callShare: total === 0 ? 0 : weight / total,
    writeShare: weight === 0 ? 0 : writing / weight,
    ...(single === undefined ? {} : { singleShardShare: single }),
    ...(statistics?.rowCount === undefined ? {} : { rowCount: statistics.rowCount }),
    ...(statistics?.totalBytes === undefined ? {} : { totalBytes: statistics.totalBytes }),
    candidates: facts.judgement.candidatesOf(name).map((candidate) => withSkew(facts, name, candidate)),
    rejected: facts.options.rejected.get(name) ?? [],
    flags: [...flags, ...hiddenWrites(touching, name)],
  };
}

/** A candidate whose keys are skewed says so in the words of the flag that it would get. */
function withSkew({ catalog, settings }: TableFacts, name: TableName, candidate: Candidate): Candidate {
  const { placement } = candidate;
  if (placement.placement !== 'sharded' || placement.addKey !== undefined) return candidate;
  const skew = hotKeyText(settings.shards, catalog.tables.get(name), placement.key);
  return skew === undefined
    ? candidate
    : { ...candidate, reasons: [...candidate.reasons, `hot-key: ${skew}`] };
}

function writes({ query }: Judged, table: TableName): boolean {
  return query?.writes.some((write) => write.table === table) ?? false;
}

/** Triggers that run on the workload's writes of a table: what they write is in no statement. */
function hiddenWrites(touching: readonly Judged[], table: TableName): readonly Flag[] {
  const messages = touching.flatMap(({ query }) =>
    (query?.writes ?? []).flatMap((write) => (write.table === table ? write.hiddenWrites : [])),
  );
  return [...new Set(messages)].sort().map((message) => ({ code: 'trigger', message }));
}
