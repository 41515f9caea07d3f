/** `shardwright explain <queryid | table | rule> [export…]`: why, every step from the text to the verdict. */

import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { addOutOption, deliver, type OutOption, refuseUnwritableOut } from './deliver.js';
import { explainRule, ruleNamed } from './explain-rule.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, jsonOptions, wantsJson } from './options.js';
import { type Surroundings, textOptions } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';

interface ExplainOptions extends InputOptions, OutOption {
  readonly plan?: string;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright explain orders exports/ --plan shardplan.json       a table: what it could be, and at what cost
  shardwright explain s1e59d20d14c3 exports/                      a statement: each step to its verdict
  shardwright explain -- -41155665024548852 exports/              by its queryid
  shardwright explain insert-without-key                          a rule of check

Without --plan, the best plan is computed first. Ids and queryids are in analysis.json.`;

export function addExplain(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('explain')
      .summary('why a statement, table or rule is what it is')
      .description('Shows every step from the text of a statement to its verdict, or what a table could be.')
      .argument('<subject>', 'a statement (id or queryid), a table, or a rule of check'),
    '[export...]',
  ).option('--plan <file>', 'the shardplan.json to explain (default: the best plan)');
  addCommonOptions(jsonOptions(addOutOption(command)))
    .addHelpText('after', examples)
    .action((subject: string, exports: readonly string[], options: ExplainOptions) =>
      explain(subject, exports, options, command, commonOptions(command), surroundings),
    );
}

async function explain(
  subject: string,
  exports: readonly string[],
  options: ExplainOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const json = wantsJson(options);
  await refuseUnwritableOut(options);
  const rule = exports.length === 0 ? ruleNamed(subject) : undefined;
  if (rule !== undefined) return explainRule(rule, json, surroundings);
  if (exports.length === 0) throw nothingToExplainFrom(subject);
  const { explainExports, readPlanFile, renderExplanationJson, renderExplanationText } = await import(
    '../index.js'
  );
  const given = options.plan === undefined ? undefined : await readPlanFile(options.plan);
  const request = await requestOf(exports, underPlan(options, given, command), surroundings.cwd);
  const explanation = await whileTalking(surroundings, common, (listener) =>
    explainExports(request, subject, given, listener),
  );
  const text = json
    ? renderExplanationJson(explanation, tool)
    : renderExplanationText(explanation, textOptions(surroundings, common));
  await deliver(text, options, common, surroundings);
}

function nothingToExplainFrom(subject: string): UserError {
  return new UserError(
    'bad-option',
    `${subject} is no rule of check, and no export was named to look for it`,
    'Name an export behind it, as in: shardwright explain orders exports/.',
  );
}
