/** certificate.json and what verify-plan prints. */

import { z } from 'zod';
import { type ProofFile, type ProofNode, UserError, type Verification } from '../model/index.js';
import { head, SCHEMA_VERSION, type Tool, toolSchema, weightSchema } from './head.js';
import { firstComplaint, pathText } from './issues.js';
import { parseJson, printJson, rounded, without } from './json.js';
import { shardsSchema } from './plan.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 digest' });

const figure = z.number().min(0);

const multipliersSchema = z.strictObject({
  bits: z.int().min(0).max(20).meta({ description: 'Messages are whole multiples of 2^-bits.' }),
  statements: z.record(z.string(), z.record(z.string(), z.array(z.int()))).meta({
    description:
      'Messages by statement (the first of those that the same tables decide), table, option in the order of "options".',
  }),
  budgets: z.record(z.string(), figure),
});

const options = z.array(z.string()).min(1);

const proofNodeSchema: z.ZodType<ProofNode> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('bounded'), multipliers: multipliersSchema.optional() }),
      z.strictObject({ kind: z.literal('tried') }),
      z.strictObject({
        kind: z.literal('closing'),
        multipliers: multipliersSchema,
        closed: z.record(z.string(), options),
        rest: proofNodeSchema.optional(),
      }),
      z.strictObject({
        kind: z.literal('split'),
        multipliers: multipliersSchema.optional(),
        table: z.string(),
        options,
        branches: z.tuple([proofNodeSchema, proofNodeSchema]),
      }),
    ]),
  )
  .meta({ id: 'proofNode' }) as z.ZodType<ProofNode>;

export const proofSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('certificate', { error: 'must be "certificate"' }),
    tool: toolSchema.optional(),
    shards: shardsSchema,
    weight: weightSchema,
    model: z.object({ options: digest, statements: digest, charges: digest, budgets: digest }),
    claims: z.object({ cost: figure, charges: figure, bound: figure, gap: figure }),
    solver: z.object({
      name: z.string(),
      status: z.enum(['optimal', 'bounded', 'heuristic']),
      bound: figure,
    }),
    ties: z.array(z.string()),
    budgets: z.array(z.object({ name: z.string(), limit: figure, used: figure })),
    options: z
      .record(z.string(), options)
      .meta({ description: "The options of the parts' tables, in the order of messages." }),
    parts: z.array(
      z.object({
        tables: z.array(z.string()).min(1),
        budgets: z.array(z.string()),
        unit: figure,
        bound: z.number(),
        proof: proofNodeSchema,
      }),
    ),
  })
  .meta({
    title: 'certificate.json',
    description: 'Why no plan is cheaper: multipliers that prove a bound.',
  });

/** @throws UserError bad-json or bad-certificate */
export function parseCertificate(text: string, file: string): ProofFile {
  const read = proofSchema.safeParse(parseJson(text, file));
  if (read.success) return read.data as ProofFile;
  const { path, message } = firstComplaint(proofSchema, read.error);
  throw new UserError(
    'bad-certificate',
    `${file} is not a certificate: ${path.length === 0 ? 'the file' : pathText(path)}: ${message}`,
    'Write it again with "shardwright analyze <export> --out DIR".',
    { file },
  );
}

export function renderCertificateJson(proof: ProofFile, tool: Tool): string {
  return [...certificateJsonPieces(proof, tool)].join('');
}

/** The same text in pieces. A part a line: multipliers are many, and read by machines. */
export function* certificateJsonPieces(proof: ProofFile, tool: Tool): Generator<string> {
  const { claims, solver, options: named, parts, ...rest } = proof;
  const text = printJson({
    ...head('certificate', tool),
    ...rest,
    claims: {
      cost: rounded(claims.cost),
      charges: rounded(claims.charges),
      bound: rounded(claims.bound),
      gap: rounded(claims.gap),
    },
    solver: { ...solver, bound: rounded(solver.bound) },
    options: named,
    parts: [],
  });
  if (parts.length === 0) {
    yield text;
    return;
  }
  yield text.slice(0, -'[]\n}\n'.length);
  let before = '[\n    ';
  for (const { proof: tree, ...part } of parts) {
    yield before + JSON.stringify(part).slice(0, -1);
    yield* printedNode(tree, ',"proof":');
    yield '}';
    before = ',\n    ';
  }
  yield '\n  ]\n}\n';
}

/** A node's own fields are a piece: multipliers are put in words when their turn comes. */
function* printedNode(node: ProofNode, before: string): Generator<string> {
  switch (node.kind) {
    case 'bounded':
    case 'tried':
      yield before + JSON.stringify(node);
      return;
    case 'closing': {
      const { rest, ...own } = node;
      yield before + JSON.stringify(own).slice(0, -1);
      if (rest !== undefined) yield* printedNode(rest, ',"rest":');
      yield '}';
      return;
    }
    case 'split': {
      const { branches, ...own } = node;
      yield before + JSON.stringify(own).slice(0, -1);
      yield* printedNode(branches[0], ',"branches":[');
      yield* printedNode(branches[1], ',');
      yield ']}';
    }
  }
}

const statusSchema = z.enum(['optimal', 'bounded', 'heuristic']);

export const verificationSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('verification'),
    tool: toolSchema,
    holds: z.boolean(),
    verified: z
      .looseObject({ status: statusSchema, cost: figure, charges: figure, bound: figure, gap: figure })
      .optional(),
    solver: z.looseObject({ name: z.string(), status: statusSchema, bound: figure }).optional(),
    ties: z.array(z.string()),
    checks: z.array(z.looseObject({ id: z.string(), holds: z.boolean(), message: z.string() })),
  })
  .meta({ title: 'verification', description: 'What verify-plan found, check by check.' });

export function renderVerificationJson(found: Verification, tool: Tool): string {
  const { verified, solver } = found;
  return printJson(
    without({
      ...head('verification', tool),
      holds: found.holds,
      verified:
        verified === undefined
          ? undefined
          : {
              status: verified.status,
              cost: rounded(verified.cost),
              charges: rounded(verified.charges),
              bound: rounded(verified.bound),
              gap: rounded(verified.gap),
            },
      solver,
      ties: found.ties,
      checks: found.checks,
    }),
  );
}
