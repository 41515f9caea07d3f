/** `shardwright route deploy --engine E --plan P [<export…>]`: the files of an engine, and what it makes of the workload. */

import { type Command, Option } from 'commander';
import { type Engine, engines, UserError } from '../model/index.js';
import { printable } from './failures.js';
import { addInputOptions, type InputOptions, requestOf } from './inputs.js';
import {
  addCommonOptions,
  type CommonOptions,
  commonOptions,
  jsonOptions,
  repeatable,
  wantsJson,
} from './options.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';
import { refuseUnwritable, writeFiles } from './write-files.js';

interface DeployOptions extends InputOptions {
  readonly engine?: Engine;
  readonly plan?: string;
  readonly map?: string;
  readonly dsn?: string;
  readonly shardDsn?: readonly string[];
  readonly out?: string;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright route deploy --engine pgdog --plan shardplan.json --schema schema.sql exports/ --out pgdog/
  shardwright route deploy --engine citus --plan shardplan.json --schema schema.sql --out citus/

Without an export nothing is said of statements. statements.md beside the files says of every statement of the workload
whether the engine runs it, needs settings, refuses it, or gets it wrong without an error; deployment.json is the same for
programs. No file gets a password.`;

export function addRouteDeploy(route: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    route
      .command('deploy')
      .summary('the files of an engine for a plan, and what it makes of the workload')
      .description('Writes what an engine takes as it is: changes of the schema first, then its own files.'),
    '[export...]',
  )
    .addOption(new Option('--engine <engine>', 'what will run the plan').choices(engines))
    .option('--plan <file>', 'the shardplan.json to deploy')
    .option('--map <file>', 'the map as it is now (default: before anything has moved)')
    .option('--dsn <address>', 'the database as it is, which becomes the coordinator')
    .option('--shard-dsn <address>', 'a shard, or a worker of Citus, in order (repeatable)', repeatable)
    .option('--out <folder>', 'where the files go');
  addCommonOptions(jsonOptions(command))
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
  const { engine, plan: planFile, out } = options;
  const json = wantsJson(options);
  if (engine === undefined) throw missing('--engine', `Give one of ${engines.join(', ')}.`);
  if (planFile === undefined)
    throw missing(
      '--plan',
      'Give --plan shardplan.json; "shardwright analyze <export> --out DIR" writes one.',
    );
  if (out === undefined && !json)
    throw missing('--out', 'Give --out FOLDER for the files, or --json for what would be said of them.');
  const {
    deployExports,
    readMapFile,
    readPlanFile,
    renderDeploymentJson,
    renderDeploymentMarkdown,
    renderDeploymentText,
  } = await import('../index.js');
  const plan = await readPlanFile(planFile);
  const given = (name: string): boolean => command.getOptionValueSource(name) !== 'default';
  const request = await requestOf(
    exports,
    { ...options, shards: given('shards') ? options.shards : (plan.shards ?? options.shards) },
    surroundings.cwd,
  );
  const map = options.map === undefined ? undefined : await readMapFile(options.map);
  const made = await whileTalking(surroundings, common, (listener) =>
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
  const asJson = renderDeploymentJson(made, tool);
  if (out !== undefined) {
    const files = {
      ...Object.fromEntries(made.files.map(({ name, text }) => [name, text])),
      'statements.md': renderDeploymentMarkdown(made),
      'deployment.json': asJson,
    };
    await refuseUnwritable(out, Object.keys(files));
    const written = await writeFiles(out, files);
    if (!common.quiet)
      await write(surroundings.stderr, printable(`wrote ${written.length} files to ${out}\n`));
  }
  await write(
    surroundings.stdout,
    json ? asJson : renderDeploymentText(made, textOptions(surroundings, common)),
  );
}

function missing(flag: string, hint: string): UserError {
  return new UserError('bad-option', `route deploy needs ${flag}`, hint);
}
