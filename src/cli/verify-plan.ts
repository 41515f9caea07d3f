/** `shardwright verify-plan <export…> --plan P`: a plan and its certificate, checked without the solver. */

import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { addOutOption, deliver, type OutOption, refuseUnwritableOut } from './deliver.js';
import { CheckFailed } from './failures.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, jsonOptions, wantsJson } from './options.js';
import { type Surroundings, widthOf } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';

interface VerifyOptions extends InputOptions, OutOption {
  readonly plan?: string;
  readonly certificate?: string;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright verify-plan exports/ --plan plan/shardplan.json
  shardwright verify-plan export.csv --schema schema.sql --plan shardplan.json --certificate certificate.json

Give the same exports, schema, statistics and config as to analyze. Exit codes: 0 it holds, 1 it does not hold,
2 inputs that cannot be read.`;

export function addVerifyPlan(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('verify-plan')
      .summary("check a plan's certificate without the solver")
      .description(
        'Classifies the workload under the plan anew, recomputes the bound in exact arithmetic, and says what holds.',
      ),
  )
    .option('--plan <file>', 'the shardplan.json to check')
    .option('--certificate <file>', 'its proof (default: certificate.json beside the plan)');
  addCommonOptions(jsonOptions(addOutOption(command)))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: VerifyOptions) =>
      verifyPlan(exports, options, command, commonOptions(command), surroundings),
    );
}

async function verifyPlan(
  exports: readonly string[],
  options: VerifyOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const json = wantsJson(options);
  if (options.plan === undefined) {
    throw new UserError(
      'bad-option',
      'verify-plan needs the plan to check',
      'Give --plan shardplan.json; "shardwright analyze <export> --out DIR" writes one with its certificate.',
    );
  }
  await refuseUnwritableOut(options);
  const { readCertificateFile, readPlanFile, renderVerificationJson, renderVerificationText, verifyExports } =
    await import('../index.js');
  const plan = await readPlanFile(options.plan);
  const certificate = options.certificate ?? path.join(path.dirname(options.plan), 'certificate.json');
  const proof = await readCertificateFile(certificate);
  const request = await requestOf(exports, underPlan(options, plan, command), surroundings.cwd);
  const found = await whileTalking(surroundings, common, (listener) =>
    verifyExports(request, plan, proof, listener),
  );
  const text = json
    ? renderVerificationJson(found, tool)
    : renderVerificationText(found, widthOf(surroundings.stdout));
  await deliver(text, options, common, surroundings);
  if (!found.holds) throw new CheckFailed();
}
