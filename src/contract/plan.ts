/**
 * shardplan.json: written whole, read leniently. A minimal plan has `schemaVersion`, `kind` and `tables`, as people write
 * them by hand for engines that they run already; what a plan says beyond is taken when it is there.
 */

import { z } from 'zod';
import {
  byCodeUnit,
  type Certificate,
  type Placement,
  type Placements,
  type Score,
  type ShardPlan,
  type TableName,
  UserError,
  type Weight,
} from '../model/index.js';
import { head, SCHEMA_VERSION, shareSchema, type Tool, toolSchema, weightSchema } from './head.js';
import { firstComplaint, pathText } from './issues.js';
import { parseJson, printJson, rounded } from './json.js';
import { placementFrom, placementJson, placementSchema } from './placement.js';

export const scoreSchema = z.looseObject({
  singleShardShare: shareSchema,
  oneDatabaseShare: shareSchema,
  conditionalShare: shareSchema,
  unknownShare: shareSchema,
});

export const certificateSchema = z.looseObject({
  status: z.enum(['optimal', 'bounded', 'heuristic']),
  cost: z.number(),
  bound: z.number(),
  gap: z.number().min(0),
  solver: z.string(),
  charges: z.number().default(0),
});

const asShards = { error: 'must be a whole number from 1 to 65536' };

export const shardsSchema = z.int(asShards).min(1, asShards).max(65_536, asShards);

export const planSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('plan', { error: 'must be "plan"' }),
    tool: toolSchema.optional(),
    shards: shardsSchema.optional(),
    weight: weightSchema.optional(),
    tables: z.record(z.string().min(1), placementSchema, { error: 'must be an object of tables' }),
    score: scoreSchema.optional(),
    certificate: certificateSchema.optional(),
  })
  .meta({ title: 'shardplan.json', description: 'Where the rows of each table live.' });

/** A plan as it was read. */
export interface PlanFile {
  readonly tables: Placements;
  readonly shards?: number;
  readonly weight?: Weight;
  readonly score?: Score;
  readonly certificate?: Certificate;
}

/** @throws UserError bad-json, newer-version or bad-plan */
export function parsePlan(text: string, file: string): PlanFile {
  const value = parseJson(text, file);
  refuseOtherKinds(value, file);
  refuseNewerVersions(value, file);
  const read = planSchema.safeParse(value);
  if (!read.success) {
    const { path, message } = firstComplaint(planSchema, read.error);
    throw badPlan(file, `${path.length === 0 ? 'the plan' : pathText(path)}: ${message}`);
  }
  const { shards, weight, score, certificate } = read.data;
  return {
    tables: tablesOf(read.data.tables, file),
    ...(shards === undefined ? {} : { shards }),
    ...(weight === undefined ? {} : { weight }),
    ...(score === undefined ? {} : { score }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/** `orders` is short for `public.orders`. */
export function fullTableName(name: string): TableName {
  return name.includes('.') ? name : `public.${name}`;
}

function tablesOf(read: z.infer<typeof planSchema>['tables'], file: string): Placements {
  const tables = new Map<TableName, Placement>();
  for (const [name, placement] of Object.entries(read)) {
    const table = fullTableName(name);
    if (tables.has(table)) throw badPlan(file, `tables: ${table} is named twice`);
    tables.set(table, placementFrom(table, placement));
  }
  return new Map([...tables].sort(([a], [b]) => byCodeUnit(a, b)));
}

function refuseOtherKinds(value: unknown, file: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badPlan(file, 'it holds no JSON object');
  }
  const kind = (value as Record<string, unknown>).kind;
  if (kind === 'plan') return;
  throw badPlan(
    file,
    kind === undefined
      ? 'kind: is missing and must be "plan"'
      : `kind: must be "plan", not ${JSON.stringify(kind)?.slice(0, 40)}`,
  );
}

function refuseNewerVersions(value: unknown, file: string): void {
  const version = (value as Record<string, unknown>).schemaVersion;
  if (typeof version !== 'number' || version <= SCHEMA_VERSION) {
    if (version === SCHEMA_VERSION) return;
    throw badPlan(file, `schemaVersion: must be ${SCHEMA_VERSION}`);
  }
  throw new UserError(
    'newer-version',
    `${file} has schemaVersion ${version}, and this release reads up to ${SCHEMA_VERSION}`,
    'Upgrade shardwright to the release that wrote the plan, or make the plan again with "shardwright analyze --out".',
    { file },
  );
}

function badPlan(file: string, complaint: string): UserError {
  return new UserError(
    'bad-plan',
    `${file} is not a shard plan: ${complaint}`,
    'A plan needs "schemaVersion": 1, "kind": "plan" and "tables"; "shardwright analyze <export> --out DIR" writes one.',
    { file },
  );
}

export function renderPlanJson(plan: ShardPlan, tool: Tool): string {
  const tables = [...plan.tables].sort(([a], [b]) => byCodeUnit(a, b));
  return printJson({
    ...head('plan', tool),
    shards: plan.shards,
    weight: plan.weight,
    tables: Object.fromEntries(tables.map(([name, placement]) => [name, placementJson(placement)])),
    score: scoreJson(plan.score),
    certificate: certificateJson(plan.certificate),
  });
}

export function scoreJson(score: Score) {
  return {
    singleShardShare: rounded(score.singleShardShare),
    oneDatabaseShare: rounded(score.oneDatabaseShare),
    conditionalShare: rounded(score.conditionalShare),
    unknownShare: rounded(score.unknownShare),
  };
}

export function certificateJson({ status, cost, bound, gap, solver, charges }: Certificate) {
  return {
    status,
    cost: rounded(cost),
    bound: rounded(bound),
    gap: rounded(gap),
    solver,
    charges: rounded(charges),
  };
}
