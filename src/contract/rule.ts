/** What `explain <rule> --json` prints. */

import { z } from 'zod';
import { findingLevels, type RuleInfo, ruleIds } from '../model/index.js';
import { head, SCHEMA_VERSION, type Tool, toolSchema } from './head.js';
import { printJson } from './json.js';

export const ruleSchema = z
  .looseObject({
    schemaVersion: z.literal(SCHEMA_VERSION),
    kind: z.literal('rule'),
    tool: toolSchema,
    id: z.enum(ruleIds),
    summary: z.string(),
    level: z.enum(findingLevels),
    levelWhenNew: z.enum(findingLevels),
    canBeKnown: z.boolean(),
    page: z.string(),
    /** The page itself, as markdown. */
    text: z.string(),
  })
  .meta({ title: 'What "shardwright explain <rule> --json" prints', description: 'A rule of the gate.' });

export function renderRuleJson(rule: RuleInfo, text: string, tool: Tool): string {
  const { id, summary, level, levelWhenNew, canBeKnown, page } = rule;
  return printJson({ ...head('rule', tool), id, summary, level, levelWhenNew, canBeKnown, page, text });
}
