/** `shardwright route diff --engine citus|postgres --plan P --dsn …`: what on the servers is not as the plan has it. */

import type { Command } from 'commander';
import type { Engine } from '../model/index.js';
import {
  addDeploymentOptions,
  addressesOf,
  type DeploymentOptions,
  deploymentOf,
  engineAndPlan,
  missing,
} from './deployments.js';
import { CheckFailed } from './failures.js';
import { commonOptions, wantsJson } from './options.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { tool } from './version.js';

const examples = `
Examples:
  shardwright route diff --engine citus --plan shardplan.json --schema schema.sql --dsn postgresql://postgres@coordinator/app
  shardwright route diff --engine postgres --plan shardplan.json --schema schema.sql --shards 2 \\
    --dsn postgresql://postgres@monolith/app --shard-dsn postgresql://shard-0/app --shard-dsn postgresql://shard-1/app

Only reads. Exit codes: 0 the servers are as the plan has it, 1 they are not, 2 inputs that cannot be read.`;

const driven: readonly Engine[] = ['citus', 'postgres'];

export function addRouteDiff(route: Command, surroundings: Surroundings): void {
  const command = addDeploymentOptions(
    route
      .command('diff')
      .summary('what on the servers is not as the plan has it')
      .description("Holds the engine's own catalogs against the plan."),
    driven,
  );
  command
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: DeploymentOptions) =>
      diff(exports, options, command, surroundings),
    );
}

async function diff(
  exports: readonly string[],
  options: DeploymentOptions,
  command: Command,
  surroundings: Surroundings,
): Promise<void> {
  const asked = engineAndPlan('route diff', options, driven);
  if (options.dsn === undefined) throw missing('route diff', '--dsn', 'Give the address of the coordinator.');
  const made = await deploymentOf(exports, options, asked, command, surroundings);
  const { driftBetween, renderDriftJson, renderDriftText } = await import('../index.js');
  const found = await driftBetween(made, addressesOf(options, surroundings));
  await write(
    surroundings.stdout,
    wantsJson(options)
      ? renderDriftJson(found, tool)
      : renderDriftText(found, textOptions(surroundings, commonOptions(command))),
  );
  if (found.differences.length > 0) throw new CheckFailed();
}
