/** `shardwright route verify --engine citus|postgres --plan P --dsn … [<export…>]`: the engine's own word for what the plan says. */

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
  shardwright route verify --engine citus --plan shardplan.json exports/ --dsn postgresql://postgres@coordinator/app
  shardwright route verify --engine postgres --plan shardplan.json --schema schema.sql --shards 2 \\
    --dsn postgresql://postgres@monolith/app --shard-dsn postgresql://shard-0/app --shard-dsn postgresql://shard-1/app

On Citus every statement of the workload is explained, never run, and its task count held against the verdict, and every row is
asked whether it lies on the shard of its key; on plain PostgreSQL every row of every partition is asked for its remainder, and
keys of each are hashed by the map.
Exit codes: 0 it holds, 1 it does not, 2 inputs that cannot be read.`;

const driven: readonly Engine[] = ['citus', 'postgres'];

export function addRouteVerify(route: Command, surroundings: Surroundings): void {
  const command = addDeploymentOptions(
    route
      .command('verify')
      .summary("the engine's own word for what the plan says")
      .description('Holds what the engine plans, or where rows lie, against the plan.'),
    driven,
  );
  command
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: DeploymentOptions) =>
      verify(exports, options, command, surroundings),
    );
}

async function verify(
  exports: readonly string[],
  options: DeploymentOptions,
  command: Command,
  surroundings: Surroundings,
): Promise<void> {
  const asked = engineAndPlan('route verify', options, driven);
  if (options.dsn === undefined)
    throw missing('route verify', '--dsn', 'Give the address of the coordinator.');
  if (asked.engine === 'citus' && exports.length === 0) {
    throw missing('route verify', 'an export', 'Name the export whose statements are to be explained.');
  }
  const made = await deploymentOf(exports, options, asked, command, surroundings);
  const { renderRolloutVerificationJson, renderRolloutVerificationText, verifyDeployed } = await import(
    '../index.js'
  );
  const found = await verifyDeployed(made, addressesOf(options, surroundings));
  await write(
    surroundings.stdout,
    wantsJson(options)
      ? renderRolloutVerificationJson(found, tool)
      : renderRolloutVerificationText(found, textOptions(surroundings, commonOptions(command))),
  );
  if (!found.holds) throw new CheckFailed();
}
