/** `shardwright route deploy --engine E --plan P [<export…>]`: the files of an engine, what it makes of the workload, and its steps on live servers. */

import type { Command } from 'commander';
import { type Deployment, type Engine, UserError } from '../model/index.js';
import {
  addDeploymentOptions,
  addressesOf,
  type DeploymentOptions,
  deploymentOf,
  engineAndPlan,
  missing,
} from './deployments.js';
import { printable } from './failures.js';
import { type CommonOptions, commonOptions, repeatable, wantsJson } from './options.js';
import { refuseUnwritable } from './refuse-unwritable.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { tool } from './version.js';
import { writeFiles } from './writing.js';

interface DeployOptions extends DeploymentOptions {
  readonly apply?: true;
  readonly dryRun?: true;
  readonly accept?: readonly string[];
  readonly out?: string;
}

const examples = `
Examples:
  shardwright route deploy --engine pgdog --plan shardplan.json --schema schema.sql exports/ --out pgdog/
  shardwright route deploy --engine citus --plan shardplan.json --schema schema.sql --out citus/ \\
    --dsn postgresql://postgres@coordinator/app --shard-dsn postgresql://worker-0/app --shard-dsn postgresql://worker-1/app
  shardwright route deploy --engine postgres --plan shardplan.json --schema schema.sql --shards 2 --apply \\
    --dsn postgresql://postgres@monolith/app --shard-dsn postgresql://shard-0/app --shard-dsn postgresql://shard-1/app

statements.md beside the files says of every statement of the workload whether the engine runs it, needs settings, refuses
it, or gets it wrong without an error; deployment.json is the same for programs. No file gets a password.
With --dsn and without --out, or with --dry-run, each step for citus and postgres is listed with what the servers say of it;
--apply takes those that are to do, each shown before it is taken. What is done is asked of the servers, so that a run which was ended in the middle can be taken
up again. Nothing is dropped that has rows.`;

export function addRouteDeploy(route: Command, surroundings: Surroundings): void {
  const command = addDeploymentOptions(
    route
      .command('deploy')
      .summary('the files of an engine for a plan, and what it makes of the workload')
      .description('Writes what an engine takes as it is: changes of the schema first, then its own files.'),
  )
    .option('--apply', 'take the steps on the servers of --dsn and --shard-dsn')
    .option('--dry-run', 'only look at the servers: the default without --out')
    .option('--accept <code>', 'a finding that has been seen to (repeatable)', repeatable)
    .option('--out <folder>', 'where the files go');
  command
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: DeployOptions) =>
      deploy(exports, options, command, commonOptions(command), surroundings),
    );
}

async function deploy(
  exports: readonly string[],
  options: DeployOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const asked = engineAndPlan('route deploy', options);
  const json = wantsJson(options);
  refuseContradictions(options, asked.engine, json);
  if (options.out !== undefined) await refuseUnwritable(options.out, []);
  const made = await deploymentOf(exports, options, asked, command, surroundings);
  const { renderDeploymentJson, renderDeploymentText } = await import('../index.js');
  const asJson = renderDeploymentJson(made, tool);
  if (options.out !== undefined) await files(options.out, made, asJson, common, surroundings);
  await write(
    surroundings.stdout,
    json ? asJson : renderDeploymentText(made, textOptions(surroundings, common)),
  );
  if (looksAtServers(options) && made.steps.length > 0) await steps(made, options, common, surroundings);
}

/** With --out alone addresses are only written into the files. */
function looksAtServers({ dsn, apply, dryRun, out }: DeployOptions): boolean {
  return dsn !== undefined && (apply === true || dryRun === true || out === undefined);
}

async function files(
  out: string,
  made: Deployment,
  asJson: string,
  { quiet }: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { renderDeploymentMarkdown } = await import('../index.js');
  const all = {
    ...Object.fromEntries(made.files.map(({ name, text }) => [name, text])),
    'statements.md': renderDeploymentMarkdown(made),
    'deployment.json': asJson,
  };
  await refuseUnwritable(out, Object.keys(all));
  const written = await writeFiles(out, all);
  if (!quiet) await write(surroundings.stderr, printable(`wrote ${written.length} files to ${out}\n`));
}

async function steps(
  made: Deployment,
  options: DeployOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { renderStepText, rollOut } = await import('../index.js');
  const dryRun = options.apply !== true;
  // A program that reads JSON gets nothing else.
  const output = wantsJson(options) ? surroundings.stderr : surroundings.stdout;
  const events = await rollOut(
    made,
    addressesOf(options, surroundings),
    { dryRun, accepted: options.accept ?? [] },
    ({ step, state }) => write(output, renderStepText(step, state, common.verbose || state === 'applying')),
  );
  const left = events.filter(({ state }) => state === 'to-do').length;
  const taken = events.filter(({ state }) => state === 'applied').length;
  const said = dryRun
    ? `${left} of ${events.length} steps are to do; --apply takes them`
    : `${taken} steps taken, ${events.length - taken} were done before`;
  await write(output, `${said}\n`);
}

/** @throws UserError bad-option */
function refuseContradictions(
  { apply, dryRun, dsn, shardDsn, out }: DeployOptions,
  engine: Engine,
  json: boolean,
): void {
  if (apply === true && dryRun === true) {
    throw new UserError('bad-option', '--apply and --dry-run contradict each other', 'Give one of them.');
  }
  if (apply === true && engine !== 'citus' && engine !== 'postgres') {
    throw new UserError(
      'bad-option',
      `--apply is for citus and postgres: ${engine} reads its files`,
      'Give it the files of --out.',
    );
  }
  if (apply === true && (dsn === undefined || shardDsn === undefined)) {
    throw new UserError(
      'bad-option',
      '--apply needs the servers',
      'Give --dsn for the coordinator and --shard-dsn for each shard, in order.',
    );
  }
  if (out === undefined && !json && dsn === undefined) {
    throw missing(
      'route deploy',
      '--out',
      'Give --out FOLDER for the files, or --json for what would be said of them.',
    );
  }
}
