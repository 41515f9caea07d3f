/**
 * The few figures of a document that the analysis does not have as they are: sums, parts and products of its figures. Each
 * has its formula, which the appendix prints, so that every number of the document can be followed to analysis.json.
 */

import {
  type AnalysisResult,
  bytes,
  type DocumentIntent,
  percent,
  type TableReport,
  type VerdictKind,
  verdictKinds,
} from '../../model/index.js';
import { duration, grouped } from '../numbers.js';
import type { KeyGroup } from './key-groups.js';

export interface Derived {
  readonly shardedBytes: number;
  readonly globalBytes: number;
  readonly unshardedBytes: number;
  /** Tables without a known size. */
  readonly unsized: number;
  /** Bytes that the backfill copies: sharded tables once, global ones to each shard. */
  readonly movedBytes: number;
  /** Of a shard with its copies of the global tables; undefined when no size is known. */
  readonly evenShardBytes?: number;
  readonly hottestShardBytes?: number;
  readonly writeShare: number;
  readonly groups: ReadonlyMap<string, GroupSums>;
  readonly verdicts: readonly VerdictSum[];
  /** Busy backends over cores. */
  readonly utilisation?: number;
  readonly copyMs?: number;
  readonly servers: number;
  readonly costPerMonth?: number;
  readonly walBytesPerDay?: number;
}

export interface GroupSums {
  readonly bytes: number;
  readonly rows: number;
  readonly shareOfBytes: number;
}

export interface VerdictSum {
  readonly verdict: VerdictKind;
  readonly statements: number;
  readonly calls: number;
  /** Of the weight of all application statements. */
  readonly share: number;
}

const DAY_SECONDS = 86_400;

export function derivedOf(
  analysis: AnalysisResult,
  groups: readonly KeyGroup[],
  intent: DocumentIntent | undefined,
): Derived {
  const { plan, tables, load, graph } = analysis;
  const sized = (wanted: TableReport['placement']['placement']): number =>
    sum(
      tables
        .filter(({ placement }) => placement.placement === wanted)
        .map(({ totalBytes = 0 }) => totalBytes),
    );
  const [shardedBytes, globalBytes, unshardedBytes] = [sized('sharded'), sized('global'), sized('unsharded')];
  const hottest = load.plan.at.find(({ shards }) => shards === plan.shards)?.hottest.bytes?.median;
  const reads = sum(graph.nodes.map((node) => node.reads));
  const writes = sum(graph.nodes.map((node) => node.writes));
  const movedBytes = shardedBytes + globalBytes * plan.shards;
  const busy = figureOf(analysis, 'busy-backends');
  const wal = figureOf(analysis, 'wal-bytes');
  const { cores, copyBytesPerSecond, nodeCost, standbys = 0 } = intent ?? {};
  const servers = (plan.shards + (unshardedBytes > 0 || hasUnsharded(tables) ? 1 : 0)) * (1 + standbys);
  return {
    shardedBytes,
    globalBytes,
    unshardedBytes,
    movedBytes,
    unsized: tables.filter(({ totalBytes }) => totalBytes === undefined).length,
    ...(shardedBytes === 0 ? {} : { evenShardBytes: shardedBytes / plan.shards + globalBytes }),
    ...(shardedBytes === 0 || hottest === undefined
      ? {}
      : { hottestShardBytes: shardedBytes * hottest + globalBytes }),
    writeShare: reads + writes === 0 ? 0 : writes / (reads + writes),
    groups: new Map(groups.map((group) => [group.group, sumsOf(group, shardedBytes)])),
    verdicts: verdictSums(analysis),
    servers,
    ...(cores === undefined || busy === undefined ? {} : { utilisation: busy / cores }),
    ...(copyBytesPerSecond === undefined || copyBytesPerSecond === 0
      ? {}
      : { copyMs: (1000 * movedBytes) / copyBytesPerSecond }),
    ...(nodeCost === undefined ? {} : { costPerMonth: servers * nodeCost.perMonth }),
    ...(wal === undefined ? {} : { walBytesPerDay: wal * DAY_SECONDS }),
  };
}

function sumsOf({ tables }: KeyGroup, shardedBytes: number): GroupSums {
  const bytesOfGroup = sum(tables.map(({ totalBytes = 0 }) => totalBytes));
  return {
    bytes: bytesOfGroup,
    rows: sum(tables.map(({ rowCount = 0 }) => rowCount)),
    shareOfBytes: shardedBytes === 0 ? 0 : bytesOfGroup / shardedBytes,
  };
}

function verdictSums({ statements }: AnalysisResult): readonly VerdictSum[] {
  const whole = sum(statements.map(({ weight }) => weight));
  return verdictKinds.flatMap((verdict) => {
    const those = statements.filter((statement) => statement.verdict.verdict === verdict);
    if (those.length === 0) return [];
    const weight = sum(those.map((one) => one.weight));
    return [
      {
        verdict,
        statements: those.length,
        calls: sum(those.map(({ counters }) => counters.calls)),
        share: whole === 0 ? 0 : weight / whole,
      },
    ];
  });
}

function hasUnsharded(tables: readonly TableReport[]): boolean {
  return tables.some(({ placement }) => placement.placement === 'unsharded');
}

export function figureOf({ decision }: AnalysisResult, code: string): number | undefined {
  return decision.figures.find((figure) => figure.code === code)?.value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Name, formula and value of each, for the appendix. */
export function formulasOf(derived: Derived): readonly (readonly [string, string, string])[] {
  const { evenShardBytes, hottestShardBytes, utilisation, copyMs, costPerMonth, walBytesPerDay } = derived;
  const sizes = derived.shardedBytes + derived.globalBytes + derived.unshardedBytes > 0;
  return [
    ...(sizes
      ? ([
          [
            'bytes of sharded tables',
            'Σ `tables[].totalBytes`, placement sharded',
            bytes(derived.shardedBytes),
          ],
          ['bytes of global tables', 'Σ `tables[].totalBytes`, placement global', bytes(derived.globalBytes)],
          [
            'bytes of unsharded tables',
            'Σ `tables[].totalBytes`, placement unsharded',
            bytes(derived.unshardedBytes),
          ],
          ['bytes to move', 'sharded bytes + global bytes × `shards`', bytes(derived.movedBytes)],
        ] as const)
      : []),
    ...optional(evenShardBytes, 'an even shard', 'sharded bytes / `shards` + global bytes', bytes),
    ...optional(
      hottestShardBytes,
      'the fullest shard',
      'sharded bytes × `load.plan.at[].hottest.bytes.median` + global bytes',
      bytes,
    ),
    ['writes by table', 'Σ `graph.nodes[].writes` / Σ (`reads` + `writes`)', percent(derived.writeShare)],
    ...optional(walBytesPerDay, 'WAL a day', '`decision.figures` wal-bytes × 86,400 s', bytes),
    ...optional(
      utilisation,
      'busy share of the cores',
      '`decision.figures` busy-backends / `document.cores`',
      percent,
    ),
    ...optional(copyMs, 'copying', 'bytes to move / `document.copyBytesPerSecond`', duration),
    [
      'servers',
      '(`shards` + 1 where tables stay unsharded) × (1 + `document.standbys`)',
      grouped(derived.servers),
    ],
    ...optional(costPerMonth, 'cost a month', 'servers × `document.nodeCost.perMonth`', grouped),
  ];
}

function optional(
  value: number | undefined,
  name: string,
  formula: string,
  spell: (value: number) => string,
): readonly (readonly [string, string, string])[] {
  return value === undefined ? [] : [[name, formula, spell(value)]];
}
