/** The page about a rule of the gate, from the package's own docs. */

import { readFile } from 'node:fs/promises';
import { type RuleId, ruleIds } from '../model/index.js';
import { type Surroundings, write } from './surroundings.js';
import { tool } from './version.js';

export function ruleNamed(subject: string): RuleId | undefined {
  return ruleIds.find((id) => id === subject);
}

export async function explainRule(id: RuleId, json: boolean, { stdout }: Surroundings): Promise<void> {
  const { gateRules, renderRuleJson } = await import('../index.js');
  const rule = gateRules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`${id} is no rule of the gate`);
  const text = await readFile(new URL(`../../${rule.page}`, import.meta.url), 'utf8');
  await write(stdout, json ? renderRuleJson(rule, text, tool) : text);
}
