/** analysis.json: everything that a report says, for programs. */

import { z } from 'zod';
import type {
  AnalysisResult,
  Candidate,
  Coverage,
  CoveragePart,
  CrossCheckReport,
  Note,
  Placement,
  SourceRef,
  StatementReport,
  TableReport,
} from '../model/index.js';
import { blockedFields, blockedJson } from './blocked.js';
import { decisionJson, decisionSchema } from './decision.js';
import { coAccessJson, graphEdgeSchema, graphNodeSchema } from './graph.js';
import {
  countSchema,
  head,
  SCHEMA_VERSION,
  shareSchema,
  sourceSchema,
  type Tool,
  toolSchema,
  weightSchema,
} from './head.js';
import { type Listing, printJsonInPieces, rounded, roundedMs, without } from './json.js';
import { loadJson, loadSchema } from './load.js';
import { addKeyJson, sqlTypeName } from './placement.js';
import { certificateJson, certificateSchema, scoreJson, scoreSchema, shardsSchema } from './plan.js';
import { curvesJson, curvesSchema } from './simulation.js';
import { tagsJson } from './tags.js';
import { transactionsJson, transactionsSchema } from './transactions.js';
import { fixJson, fixSchema, keyJson, verdictFields } from './verdict.js';

const optionSchema = {
  placement: z.enum(['sharded', 'global', 'unsharded']),
  /** null when the table is not sharded. */
  key: z.string().nullable(),
  keyType: z.string().optional(),
  group: z.string().optional(),
  addKey: z.looseObject({ path: z.array(z.string()), targetKey: z.string().optional() }).optional(),
};

const candidateSchema = z.looseObject({
  ...optionSchema,
  singleShardShare: shareSchema,
  /** False: everything else as planned, so the three figures that follow are at worst these. */
  reoptimised: z.boolean(),
  shareIfChosen: shareSchema,
  costIfChosen: z.number(),
  flipCost: z.number(),
  flipCostAlone: z.number(),
  /** Other tables that are placed otherwise then. */
  follows: z.array(z.string()),
  reason: z.array(z.string()),
});

export const tableSchema = z.looseObject({
  name: z.string(),
  ...optionSchema,
  calls: countSchema,
  callShare: shareSchema,
  writeShare: shareSchema,
  singleShardShare: shareSchema.nullable(),
  rowCount: z.number().optional(),
  totalBytes: z.number().optional(),
  candidates: z.array(candidateSchema),
  rejected: z.array(z.looseObject({ option: z.string(), reason: z.string() })),
  flags: z.array(z.looseObject({ code: z.string(), message: z.string() })),
});

export const statementSchema = z.looseObject({
  id: z.string(),
  queryId: z.string().nullable(),
  text: z.string(),
  calls: countSchema,
  totalExecMs: countSchema,
  rows: countSchema,
  weight: countSchema,
  ...verdictFields,
  fix: fixSchema.optional(),
  source: sourceSchema,
  tags: z.record(z.string(), z.string()).optional(),
});

const partSchema = z.looseObject({
  statements: countSchema,
  calls: countSchema,
  totalExecMs: countSchema,
  callShare: shareSchema,
  timeShare: shareSchema,
});

export const coverageSchema = z.looseObject({
  statements: countSchema,
  calls: countSchema,
  totalExecMs: countSchema,
  /** False when the export has no times; all totalExecMs are 0 then. */
  timesKnown: z.boolean().optional(),
  readable: partSchema,
  masked: partSchema,
  truncated: partSchema,
  unparsed: partSchema,
  utility: partSchema,
  catalog: partSchema,
  nested: partSchema,
  tableless: partSchema,
  otherDatabase: partSchema,
  evicted: z.union([countSchema, z.literal('unknown')]),
  unreadable: z.array(
    z.looseObject({ id: z.string(), reason: z.string(), calls: countSchema, source: sourceSchema }),
  ),
  schemaUnreadable: z.array(z.looseObject({ reason: z.string(), source: sourceSchema })),
  salvagedTables: z.array(z.looseObject({ table: z.string(), calls: countSchema })),
});

const noteSchema = z.looseObject({ code: z.string(), message: z.string(), source: sourceSchema.optional() });

export const analysisSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('analysis'),
    tool: toolSchema,
    shards: shardsSchema,
    weight: weightSchema,
    score: scoreSchema,
    certificate: certificateSchema,
    tables: z.array(tableSchema),
    statements: z.array(statementSchema),
    ...blockedFields,
    graph: z.looseObject({ nodes: z.array(graphNodeSchema), edges: z.array(graphEdgeSchema) }),
    coverage: coverageSchema,
    transactions: transactionsSchema.optional(),
    window: z.looseObject({
      from: z.string().optional(),
      to: z.string().optional(),
      snapshots: countSchema,
      restarted: countSchema,
      /** Exports were added instead of subtracted. */
      summed: z.boolean().optional(),
    }),
    load: loadSchema,
    decision: decisionSchema,
    constraints: z.array(
      z.looseObject({
        table: z.string(),
        kind: z.string(),
        name: z.string(),
        message: z.string(),
        remedy: z.string(),
      }),
    ),
    ties: z.array(z.string()),
    notes: z.array(noteSchema),
    curves: curvesSchema.optional(),
    crossCheck: z
      .looseObject({
        compared: countSchema,
        onlyFirst: countSchema,
        onlySecond: countSchema,
        disagreements: z.array(
          z.looseObject({ id: z.string(), differences: z.array(z.string()), source: sourceSchema }),
        ),
      })
      .optional(),
  })
  .meta({
    title: 'analysis.json',
    description: 'Shares are 0 to 1, times are milliseconds, tables are schema.table.',
  });

export function renderAnalysisJson(result: AnalysisResult, tool: Tool): string {
  return [...analysisJsonPieces(result, tool)].join('');
}

/** The same text in pieces: as a whole it takes more memory than the analysis. */
export function analysisJsonPieces(result: AnalysisResult, tool: Tool): Iterable<string> {
  return printJsonInPieces({
    ...head('analysis', tool),
    shards: result.plan.shards,
    weight: result.plan.weight,
    score: scoreJson(result.plan.score),
    certificate: certificateJson(result.plan.certificate),
    tables: each(result.tables, tableJson),
    statements: each(result.statements, statementJson),
    ...blockedJson(result),
    graph: coAccessJson(result.graph),
    coverage: coverageJson(result.coverage),
    transactions: result.transactions === undefined ? undefined : transactionsJson(result.transactions),
    window: windowJson(result),
    load: loadJson(result.load),
    decision: decisionJson(result.decision),
    constraints: result.constraints.map(({ table, kind, name, message, remedy }) => ({
      table,
      kind,
      name,
      message,
      remedy,
    })),
    ties: result.ties,
    notes: result.notes.map(noteJson),
    curves: result.curves === undefined ? undefined : curvesJson(result.curves),
    crossCheck: result.crossCheck === undefined ? undefined : crossCheckJson(result.crossCheck),
  });
}

function* mapped<T>(items: readonly T[], json: (item: T) => unknown): Generator<unknown> {
  for (const item of items) yield json(item);
}

function each<T>(items: readonly T[], json: (item: T) => unknown): Listing {
  return () => mapped(items, json);
}

/** `key` is always there, so that programs need not ask; null when the table is not sharded. */
function optionJson(placement: Placement) {
  if (placement.placement !== 'sharded') return { placement: placement.placement, key: null };
  return without({
    placement: placement.placement,
    key: placement.key,
    keyType: placement.keyType === undefined ? undefined : sqlTypeName(placement.keyType),
    group: placement.group,
    addKey: placement.addKey === undefined ? undefined : addKeyJson(placement.addKey),
  });
}

export function tableJson(table: TableReport) {
  return without({
    name: table.name,
    ...optionJson(table.placement),
    calls: rounded(table.calls),
    callShare: rounded(table.callShare),
    writeShare: rounded(table.writeShare),
    singleShardShare: table.singleShardShare === undefined ? null : rounded(table.singleShardShare),
    rowCount: table.rowCount,
    totalBytes: table.totalBytes,
    candidates: table.candidates.map(candidateJson),
    rejected: table.rejected.map(({ option, reason }) => ({ option, reason })),
    flags: table.flags.map(({ code, message }) => ({ code, message })),
  });
}

function candidateJson(candidate: Candidate) {
  return {
    ...optionJson(candidate.placement),
    singleShardShare: rounded(candidate.singleShardShare),
    reoptimised: candidate.reoptimised,
    shareIfChosen: rounded(candidate.shareIfChosen),
    costIfChosen: rounded(candidate.costIfChosen),
    flipCost: rounded(candidate.flipCost),
    flipCostAlone: rounded(candidate.flipCostAlone),
    follows: [...candidate.follows.keys()],
    reason: candidate.reasons,
  };
}

export function statementJson(statement: StatementReport) {
  const { verdict, counters, fix } = statement;
  return without({
    id: statement.id,
    queryId: statement.queryId ?? null,
    text: statement.text,
    calls: rounded(counters.calls),
    totalExecMs: roundedMs(counters.totalExecMs),
    rows: rounded(counters.rows),
    weight: rounded(statement.weight),
    verdict: verdict.verdict,
    tables: verdict.tables,
    key: keyJson(verdict),
    pairs: verdict.pairs,
    fanOut: verdict.fanOut,
    because: verdict.because,
    fix: fixJson(fix),
    source: sourceJson(statement.source),
    tags: tagsJson(statement.tags),
  });
}

export function coverageJson(coverage: Coverage) {
  const part = (of: CoveragePart) => partJson(of, coverage);
  return {
    statements: coverage.statements,
    calls: rounded(coverage.calls),
    totalExecMs: roundedMs(coverage.totalExecMs),
    timesKnown: coverage.timesKnown !== false,
    readable: part(coverage.readable),
    masked: part(coverage.masked),
    truncated: part(coverage.truncated),
    unparsed: part(coverage.unparsed),
    utility: part(coverage.utility),
    catalog: part(coverage.catalog),
    nested: part(coverage.nested),
    tableless: part(coverage.tableless),
    otherDatabase: part(coverage.otherDatabase),
    evicted: coverage.evicted,
    unreadable: coverage.unreadable.map(({ id, reason, calls, source }) => ({
      id,
      reason,
      calls: rounded(calls),
      source: sourceJson(source),
    })),
    schemaUnreadable: coverage.schemaUnreadable.map(({ reason, source }) => ({
      reason,
      source: sourceJson(source),
    })),
    salvagedTables: coverage.salvagedTables.map(({ table, calls }) => ({ table, calls: rounded(calls) })),
  };
}

function partJson(part: CoveragePart, whole: Coverage) {
  return {
    statements: part.statements,
    calls: rounded(part.calls),
    totalExecMs: roundedMs(part.totalExecMs),
    callShare: shareOf(part.calls, whole.calls),
    timeShare: shareOf(part.totalExecMs, whole.totalExecMs),
  };
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, rounded(part / whole));
}

function windowJson({ window }: AnalysisResult) {
  return without({
    from: window.from,
    to: window.to,
    snapshots: window.snapshots,
    restarted: window.restarted,
    summed: window.summed,
  });
}

function noteJson({ code, message, source }: Note) {
  return without({ code, message, source: source === undefined ? undefined : sourceJson(source) });
}

function crossCheckJson(report: CrossCheckReport) {
  return {
    compared: report.compared,
    onlyFirst: report.onlyFirst,
    onlySecond: report.onlySecond,
    disagreements: report.disagreements.map(({ id, differences, source }) => ({
      id,
      differences,
      source: sourceJson(source),
    })),
  };
}

function sourceJson({ file, line }: SourceRef) {
  return { file, line };
}
