/** What `simulate` prints for programs, and the curves in analysis.json. */

import { z } from 'zod';
import type {
  Change,
  ConstraintReport,
  Curve,
  Curves,
  Flag,
  Placements,
  ShardPlan,
  Simulation,
  TableName,
  Verdict,
} from '../model/index.js';
import { verdictKinds } from '../model/index.js';
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
import { printJson, rounded } from './json.js';
import { placementJson, placementSchema } from './placement.js';
import { certificateJson, certificateSchema, scoreJson, scoreSchema, shardsSchema } from './plan.js';

const tablesSchema = z.record(z.string(), placementSchema);

const budgetSchema = z.looseObject({
  name: z.string(),
  unit: z.enum(['share', 'bytes', 'columns']),
  limit: countSchema,
  used: countSchema,
  exceeded: z.boolean(),
});

const sideSchema = z.looseObject({
  score: scoreSchema,
  certificate: certificateSchema,
  budgets: z.array(budgetSchema),
  tables: tablesSchema,
});

const judgedSchema = z.looseObject({ verdict: z.enum(verdictKinds), because: z.array(z.string()) });

const constraintSchema = z.looseObject({
  table: z.string(),
  kind: z.string(),
  name: z.string(),
  message: z.string(),
  remedy: z.string(),
});

const flagSchema = z.looseObject({ table: z.string(), code: z.string(), message: z.string() });

const change = <T extends z.ZodType>(of: T) =>
  z.looseObject({ arising: z.array(of), vanishing: z.array(of) });

export const simulationSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('simulation'),
    tool: toolSchema,
    shards: shardsSchema,
    weight: weightSchema,
    set: tablesSchema,
    rest: z.enum(['reoptimised', 'kept']),
    before: sideSchema.extend({ origin: z.enum(['best', 'given']) }),
    after: sideSchema,
    tables: z.array(
      z.looseObject({
        table: z.string(),
        before: placementSchema,
        after: placementSchema,
        /** Set by the user; else a consequence. */
        set: z.boolean(),
      }),
    ),
    statements: z.array(
      z.looseObject({
        id: z.string(),
        text: z.string(),
        calls: countSchema,
        weight: countSchema,
        share: shareSchema,
        before: judgedSchema,
        after: judgedSchema,
        source: sourceSchema,
      }),
    ),
    constraints: change(constraintSchema),
    flags: change(flagSchema),
    notes: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  })
  .meta({
    title: 'What "shardwright simulate --json" prints',
    description: 'Another choice beside the plan. Shares are 0 to 1, tables are schema.table.',
  });

export function renderSimulationJson(simulation: Simulation, tool: Tool): string {
  const { set, rest, before, after, statements, constraints, flags, notes, weight } = simulation;
  return printJson({
    ...head('simulation', tool),
    shards: after.plan.shards,
    weight: after.plan.weight,
    set: tablesJson(new Map(set.map(({ table, placement }) => [table, placement]))),
    rest,
    before: { origin: before.origin, ...sideJson(before.plan) },
    after: sideJson(after.plan),
    tables: simulation.tables.map((moved) => ({
      table: moved.table,
      before: placementJson(moved.before),
      after: placementJson(moved.after),
      set: moved.isSet,
    })),
    statements: statements.map((statement) => ({
      id: statement.id,
      text: statement.text,
      calls: rounded(statement.calls),
      weight: rounded(statement.weight),
      share: weight === 0 ? 0 : rounded(statement.weight / weight),
      before: judgedJson(statement.before),
      after: judgedJson(statement.after),
      source: { file: statement.source.file, line: statement.source.line },
    })),
    constraints: changeJson(constraints, constraintJson),
    flags: changeJson(flags, flagJson),
    notes: notes.map(({ code, message }) => ({ code, message })),
  });
}

function tablesJson(tables: Placements) {
  return Object.fromEntries([...tables].map(([name, placement]) => [name, placementJson(placement)]));
}

function sideJson({ score, certificate, budgets, tables }: ShardPlan) {
  return {
    score: scoreJson(score),
    certificate: certificateJson(certificate),
    budgets: (budgets ?? []).map(({ name, unit, limit, used, exceeded }) => ({
      name,
      unit,
      limit: rounded(limit),
      used: rounded(used),
      exceeded,
    })),
    tables: tablesJson(tables),
  };
}

function judgedJson({ verdict, because }: Verdict) {
  return { verdict, because };
}

function changeJson<T>({ arising, vanishing }: Change<T>, json: (one: T) => unknown) {
  return { arising: arising.map(json), vanishing: vanishing.map(json) };
}

function constraintJson({ table, kind, name, message, remedy }: ConstraintReport) {
  return { table, kind, name, message, remedy };
}

function flagJson({ table, code, message }: Flag & { readonly table: TableName }) {
  return { table, code, message };
}

// ── curves ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const curveSchema = z.looseObject({
  points: z.array(
    z.looseObject({
      /** Bytes of global tables, or columns to add. */
      limit: countSchema,
      /** The plan of the analysis. */
      plan: z.boolean(),
      cost: z.number(),
      status: z.enum(['optimal', 'bounded', 'heuristic']),
      score: scoreSchema,
      tables: tablesSchema,
      /** Placed otherwise than in the plan of the analysis. */
      differing: z.array(z.string()),
    }),
  ),
  complete: z.boolean(),
});

export const curvesSchema = z.looseObject({ globalBytes: curveSchema, addedKeys: curveSchema });

export function curvesJson({ globalBytes, addedKeys }: Curves) {
  return { globalBytes: curveJson(globalBytes), addedKeys: curveJson(addedKeys) };
}

function curveJson({ points, complete }: Curve) {
  return {
    points: points.map(({ limit, isPlan, cost, status, score, tables, differing }) => ({
      limit,
      plan: isPlan,
      cost: rounded(cost),
      status,
      score: scoreJson(score),
      tables: tablesJson(tables),
      differing,
    })),
    complete,
  };
}
