/** doctor --json: checks of an export or a server. */

import { z } from 'zod';
import type { DoctorReport } from '../model/index.js';
import { head, type Tool, toolSchema } from './head.js';
import { printJson } from './json.js';

export const doctorSchema = z
  .looseObject({
    schemaVersion: z.literal(1),
    kind: z.literal('doctor'),
    tool: toolSchema,
    subject: z.string(),
    source: z.enum(['server', 'export']),
    checks: z.array(
      z.looseObject({
        id: z.string(),
        status: z.enum(['ok', 'warn', 'fail']),
        message: z.string(),
        hint: z.string().optional(),
      }),
    ),
    /** How many there are of each. */
    summary: z.looseObject({ ok: z.int(), warn: z.int(), fail: z.int() }),
  })
  .meta({ title: 'doctor', description: 'Is an export or a server good enough to plan from?' });

export function renderDoctorJson({ subject, source, checks }: DoctorReport, tool: Tool): string {
  const count = (status: string): number => checks.filter((check) => check.status === status).length;
  return printJson({
    ...head('doctor', tool),
    subject,
    source,
    checks,
    summary: { ok: count('ok'), warn: count('warn'), fail: count('fail') },
  });
}
