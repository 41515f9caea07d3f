/** The flags that say which plan is for which servers, for the commands that deploy it, look for drift and verify it. */

import { type Command, Option } from 'commander';
import { type Deployment, type Engine, engines, UserError } from '../model/index.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, jsonOptions, repeatable } from './options.js';
import type { Surroundings } from './surroundings.js';
import { whileTalking } from './talk.js';

export interface DeploymentOptions extends InputOptions {
  readonly engine?: Engine;
  readonly plan?: string;
  readonly map?: string;
  readonly dsn?: string;
  readonly shardDsn?: readonly string[];
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

export function addDeploymentOptions(command: Command, of: readonly Engine[] = engines): Command {
  return addCommonOptions(
    jsonOptions(
      addInputOptions(command, '[export...]')
        .addOption(new Option('--engine <engine>', 'what runs the plan').choices(of))
        .option('--plan <file>', 'the shardplan.json that is deployed')
        .option('--map <file>', 'the map as it is now (default: before anything has moved)')
        .option('--dsn <address>', 'the database as it is, which becomes the coordinator')
        .option('--shard-dsn <address>', 'a shard, or a worker of Citus, in order (repeatable)', repeatable),
    ),
  );
}

/** @throws UserError bad-option: the command cannot do without them */
export function engineAndPlan(
  command: string,
  { engine, plan }: DeploymentOptions,
  of: readonly Engine[] = engines,
) {
  if (engine === undefined) throw missing(command, '--engine', `Give one of ${of.join(', ')}.`);
  if (plan === undefined) {
    throw missing(
      command,
      '--plan',
      'Give --plan shardplan.json; "shardwright analyze <export> --out DIR" writes one.',
    );
  }
  return { engine, plan };
}

export function missing(command: string, flag: string, hint: string): UserError {
  return new UserError('bad-option', `${command} needs ${flag}`, hint);
}

/** Reads everything and makes the deployment. */
export async function deploymentOf(
  exports: readonly string[],
  options: DeploymentOptions,
  { engine, plan: planFile }: { readonly engine: Engine; readonly plan: string },
  command: Command,
  surroundings: Surroundings,
): Promise<Deployment> {
  const common: CommonOptions = commonOptions(command);
  const { deployExports, readMapFile, readPlanFile } = await import('../index.js');
  const plan = await readPlanFile(planFile);
  const request = await requestOf(exports, underPlan(options, plan, command), surroundings.cwd);
  const map = options.map === undefined ? undefined : await readMapFile(options.map);
  return whileTalking(surroundings, common, (listener) =>
    deployExports(
      request,
      plan,
      {
        engine,
        ...(map === undefined ? {} : { map }),
        ...(options.dsn === undefined ? {} : { dsn: options.dsn }),
        shardDsns: options.shardDsn ?? [],
        environment: surroundings.env,
      },
      listener,
    ),
  );
}

export function addressesOf({ dsn, shardDsn }: DeploymentOptions, { env }: Surroundings) {
  return { coordinator: dsn ?? '', shards: shardDsn ?? [], environment: env };
}
