/** `shardwright simulate <export…> --set orders=customer_id`: what another choice costs, beside the plan. */

import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { addOutOption, deliver, type OutOption, refuseUnwritableOut } from './deliver.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import {
  addCommonOptions,
  type CommonOptions,
  commonOptions,
  jsonOptions,
  repeatable,
  wantsJson,
} from './options.js';
import { type Surroundings, textOptions } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';

interface SimulateOptions extends InputOptions, OutOption {
  readonly set?: readonly string[];
  readonly keepRest?: true;
  readonly plan?: string;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright simulate exports/ --set orders=customer_id
  shardwright simulate exports/ --set orders=customer_id --set countries=global --json
  shardwright simulate exports/ --set sessions=unsharded --keep-rest
  shardwright simulate exports/ --plan shardplan.json

Everything that is not set is planned anew around it, as an analysis with the same pins in the config does.`;

export function addSimulate(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('simulate')
      .summary('what another choice costs, beside the plan')
      .description(
        'Sets the placement of tables and shows the plan around that choice beside the best plan, or beside a given one.',
      ),
  )
    .option('--set <table=choice>', 'a key column, global or unsharded (repeatable)', repeatable)
    .option('--keep-rest', 'keep all other tables as planned')
    .option('--plan <file>', 'compare with this shardplan.json instead of the best plan');
  addCommonOptions(jsonOptions(addOutOption(command)))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: SimulateOptions) =>
      simulate(exports, options, command, commonOptions(command), surroundings),
    );
}

async function simulate(
  exports: readonly string[],
  options: SimulateOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const json = wantsJson(options);
  const choices = (options.set ?? []).map(choiceOf);
  if (choices.length === 0 && options.plan === undefined) throw nothingSet();
  await refuseUnwritableOut(options);
  const { readPlanFile, renderSimulationJson, renderSimulationText, simulateExports } = await import(
    '../index.js'
  );
  const given = options.plan === undefined ? undefined : await readPlanFile(options.plan);
  const request = await requestOf(exports, underPlan(options, given, command), surroundings.cwd);
  const question = {
    choices,
    keepRest: options.keepRest === true,
    ...(given === undefined ? {} : { given: given.tables }),
  };
  const result = await whileTalking(surroundings, common, (listener) =>
    simulateExports(request, question, listener),
  );
  const text = json
    ? renderSimulationJson(result, tool)
    : renderSimulationText(result, textOptions(surroundings, common));
  await deliver(text, options, common, surroundings);
}

function choiceOf(text: string): { readonly table: string; readonly placement: string } {
  const at = text.indexOf('=');
  const [table, placement] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at > 0 && table !== '' && placement !== '') return { table, placement };
  throw new UserError(
    'bad-option',
    `--set ${text}: it must be a table and what it is to be`,
    'Write --set orders=customer_id, --set countries=global or --set jobs=unsharded.',
  );
}

function nothingSet(): UserError {
  return new UserError(
    'bad-option',
    'there is nothing to simulate',
    'Give --set table=key, --set table=global or --set table=unsharded; or --plan to compare a plan with the best one.',
  );
}
