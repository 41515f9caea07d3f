/** The JSON Schemas that are published in schemas/, by file name. */

import { z } from 'zod';
import { analysisSchema } from './analysis.js';
import { baselineSchema } from './baseline.js';
import { catalogSchema } from './catalog.js';
import { proofSchema, verificationSchema } from './certificate.js';
import { checkSchema } from './check.js';
import { configSchema } from './config.js';
import { deploymentSchema } from './deployment.js';
import { doctorSchema } from './doctor.js';
import { explanationSchema } from './explanation.js';
import { graphSchema } from './graph.js';
import { labLoadSchema, labStatusSchema } from './lab.js';
import { manifestSchema } from './manifest.js';
import { locationSchema, mapMovesSchema, mapSchema } from './map.js';
import { planSchema } from './plan.js';
import { driftSchema, rolloutVerificationSchema } from './rollout.js';
import { routerBenchSchema } from './router-bench.js';
import { ruleSchema } from './rule.js';
import { simulationSchema } from './simulation.js';
import { verdictSchema } from './verdict.js';

const published: Readonly<Record<string, z.ZodType>> = {
  'analysis.json': analysisSchema,
  'baseline.json': baselineSchema,
  'catalog.json': catalogSchema,
  'certificate.json': proofSchema,
  'check.json': checkSchema,
  'config.json': configSchema,
  'deployment.json': deploymentSchema,
  'doctor.json': doctorSchema,
  'drift.json': driftSchema,
  'explanation.json': explanationSchema,
  'graph.json': graphSchema,
  'lab-load.json': labLoadSchema,
  'lab-status.json': labStatusSchema,
  'manifest.json': manifestSchema,
  'location.json': locationSchema,
  'map-moves.json': mapMovesSchema,
  'map.json': mapSchema,
  'rollout-verification.json': rolloutVerificationSchema,
  'router-bench.json': routerBenchSchema,
  'rule.json': ruleSchema,
  'shardplan.json': planSchema,
  'simulation.json': simulationSchema,
  'verdict.json': verdictSchema,
  'verification.json': verificationSchema,
};

export function publishedSchemas(): ReadonlyMap<string, object> {
  return new Map(
    Object.entries(published).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'input' })]),
  );
}
