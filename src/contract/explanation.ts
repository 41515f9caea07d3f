/** What `explain` prints for programs: a statement with the steps behind its verdict, or a table with its options. */

import { z } from 'zod';
import type { Explanation, Proof } from '../model/index.js';
import { statementJson, statementSchema, tableJson, tableSchema } from './analysis.js';
import { head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { printJson, without } from './json.js';
import { placementJson, placementSchema } from './placement.js';

const proofSchema = z.looseObject({
  command: z.string(),
  instances: z.array(
    z.looseObject({
      label: z.string(),
      table: z.string(),
      access: z.enum(['read', 'lock', 'insert', 'update', 'delete']),
      /** Absent for a table that the plan does not have. */
      placement: placementSchema.optional(),
      via: z.string().optional(),
      vacuous: z.boolean(),
    }),
  ),
  unseen: z.array(z.string()),
  equalities: z.array(z.string()),
  constants: z.array(z.string()),
  keys: z.array(
    z.looseObject({
      key: z.string(),
      group: z.string(),
      reachedBy: z.array(z.looseObject({ constant: z.string(), because: z.array(z.string()) })),
    }),
  ),
  mixes: z.array(z.string()),
});

export const explanationSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('explanation'),
    tool: toolSchema,
    statement: statementSchema.optional(),
    proof: proofSchema.optional(),
    table: tableSchema.optional(),
    statements: z.array(statementSchema).optional(),
  })
  .meta({
    title: 'What "shardwright explain --json" prints',
    description: 'A statement and the steps behind its verdict, or a table with its options and statements.',
  });

export function renderExplanationJson(explanation: Explanation, tool: Tool): string {
  return printJson({ ...head('explanation', tool), ...bodyOf(explanation) });
}

function bodyOf(explanation: Explanation) {
  switch (explanation.kind) {
    case 'statement':
      return without({
        statement: statementJson(explanation.statement),
        proof: explanation.proof === undefined ? undefined : proofJson(explanation.proof),
      });
    case 'table':
      return { table: tableJson(explanation.table), statements: explanation.statements.map(statementJson) };
  }
}

function proofJson(proof: Proof) {
  return {
    ...proof,
    instances: proof.instances.map(({ placement, ...instance }) => ({
      ...instance,
      ...(placement === undefined ? {} : { placement: placementJson(placement) }),
    })),
  };
}
