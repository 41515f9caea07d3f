/** The numbers that the page's script needs from the start, with tables, groups and verdicts by their places. */

import {
  type AnalysisResult,
  byCodeUnit,
  type PageGraph,
  type PageHead,
  type PageStatements,
  type PageTable,
  type Placement,
  type TableName,
  type TableReport,
  verdictKinds,
} from '../../model/index.js';
import type { Page } from '../page.js';
import { placementText } from '../placement-text.js';

export type PlaceOf = (table: TableName) => number | undefined;

/** Where a table lies in the picture of the graph. */
export type Positions = ReadonlyMap<TableName, { readonly x: number; readonly y: number }>;

/** Statements whose texts are read together. */
export const TEXTS_EACH = 200;

export function pageHead(
  page: Page,
  result: AnalysisResult,
  positions: Positions,
  placeOf: PlaceOf,
): PageHead {
  const groups = groupsOf(result.tables);
  return {
    shards: result.plan.shards,
    weight: result.plan.weight,
    cost: result.plan.certificate.cost,
    command: commandOf(result),
    tables: result.tables.map((table) => pageTable(page, table, groups)),
    groups: groups.map((group) => page.nameOf(group)),
    graph: pageGraph(result, positions, placeOf),
    statements: pageStatements(result, placeOf),
    hasWhatIf: result.whatIf !== undefined,
    textsEach: TEXTS_EACH,
  };
}

/** Co-location groups by the calls of their tables. */
function groupsOf(tables: readonly TableReport[]): readonly string[] {
  const calls = new Map<string, number>();
  for (const table of tables) {
    const group = groupOf(table.placement);
    if (group !== undefined) calls.set(group, (calls.get(group) ?? 0) + table.calls);
  }
  return [...calls].sort((a, b) => b[1] - a[1] || byCodeUnit(a[0], b[0])).map(([group]) => group);
}

function groupOf(placement: Placement): string | undefined {
  return placement.placement === 'sharded' ? placement.group : undefined;
}

function commandOf({ plan }: AnalysisResult): string {
  const shards = plan.shards === 16 ? '' : ` --shards ${plan.shards}`;
  const weight = plan.weight === 'calls' ? '' : ` --weight ${plan.weight}`;
  return `shardwright simulate <export…>${shards}${weight}`;
}

function pageTable(page: Page, table: TableReport, groups: readonly string[]): PageTable {
  const { name, placement, calls, callShare, writeShare, singleShardShare, rowCount, totalBytes } = table;
  const group = groupOf(placement);
  return {
    name: page.nameOf(name),
    full: name,
    placement: placement.placement,
    choice: placementText(placement),
    ...(group === undefined ? {} : { group: groups.indexOf(group) }),
    calls,
    callShare: digits(callShare),
    writeShare: digits(writeShare),
    ...(singleShardShare === undefined ? {} : { singleShardShare: digits(singleShardShare) }),
    ...(rowCount === undefined ? {} : { rowCount }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
    flags: [...new Set(table.flags.map(({ code }) => code))],
  };
}

/** Far below what is shown of a share. */
export function digits(value: number): number {
  return Number(value.toPrecision(9));
}

function pageGraph({ graph }: AnalysisResult, positions: Positions, placeOf: PlaceOf): PageGraph {
  const nodes = graph.nodes.filter(({ table }) => placeOf(table) !== undefined);
  const edges = graph.edges.flatMap((edge) => {
    const [from, to] = [placeOf(edge.source), placeOf(edge.target)];
    return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
  });
  const at = nodes.map(({ table }) => positions.get(table) ?? { x: 0, y: 0 });
  return {
    nodes: nodes.map(({ table }) => placeOf(table) as number),
    x: at.map(({ x }) => x),
    y: at.map(({ y }) => y),
    reads: nodes.map(({ reads }) => reads),
    writes: nodes.map(({ writes }) => writes),
    community: nodes.map(({ community }) => community),
    from: edges.map(({ from }) => from),
    to: edges.map(({ to }) => to),
    calls: edges.map(({ calls }) => calls),
    joins: edges.map(({ predicates }) => predicates),
  };
}

function pageStatements({ statements, plan }: AnalysisResult, placeOf: PlaceOf): PageStatements {
  return {
    verdict: statements.map(({ verdict }) => verdictKinds.indexOf(verdict.verdict)),
    weight: statements.map(({ weight }) => weight),
    ...(plan.weight === 'calls' ? {} : { calls: statements.map(({ counters }) => counters.calls) }),
    tables: statements.map(({ verdict }) => verdict.tables.flatMap((table) => placeOf(table) ?? [])),
  };
}
