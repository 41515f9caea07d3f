/** The flags that say what an analysis is made from, for every command that makes one. */

import { type Command, Option } from 'commander';
import type { AnalysisRequest, PlanFile } from '../index.js';
import type { Weight } from '../model/index.js';
import { configOf, readerOption, repeatable, shardsOption, solveSecondsOption } from './options.js';

export interface InputOptions {
  readonly schema?: readonly string[];
  readonly stats?: readonly string[];
  readonly config?: string;
  readonly database?: string;
  readonly log?: readonly string[];
  readonly sum?: true;
  readonly weight: Weight;
  readonly shards: number;
  readonly solveSeconds?: number;
  readonly assumeRls?: true;
  readonly reader: AnalysisRequest['reader'];
  readonly crossCheck?: true;
}

export function addInputOptions(command: Command, exports = '<export...>'): Command {
  return command
    .argument(exports, 'files, folders, or - for standard input')
    .option(
      '--schema <file>',
      'DDL such as pg_dump --schema-only writes, or a folder of migrations (repeatable)',
      repeatable,
    )
    .option('--stats <file>', 'column statistics as CSV (repeatable)', repeatable)
    .option(
      '--config <file>',
      'pins, bans and budgets (default: shardwright.config.{yaml,toml,json}, found upwards)',
    )
    .option('--database <name>', 'only the statements of this database')
    .option(
      '--log <file>',
      "the server's csvlog or jsonlog: judges whole transactions, by their values (repeatable)",
      repeatable,
    )
    .option('--sum', 'add independent exports instead of subtracting snapshots')
    .addOption(
      new Option('--weight <by>', 'what a statement weighs')
        .choices(['calls', 'time', 'rows'])
        .default('calls'),
    )
    .addOption(shardsOption().default(16))
    .addOption(solveSecondsOption())
    .option('--assume-rls', 'row-level security policies pin the key of every statement')
    .addOption(readerOption())
    .option('--cross-check', 'parse with the other reader as well and report where the two disagree');
}

/** Shards and weight are those of the plan that is asked about, unless the command line says otherwise. */
export function underPlan<Options extends InputOptions>(
  options: Options,
  plan: Pick<PlanFile, 'shards' | 'weight'> | undefined,
  command: Command,
): Options {
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) !== 'default';
  return {
    ...options,
    shards: isGiven('shards') ? options.shards : (plan?.shards ?? options.shards),
    weight: isGiven('weight') ? options.weight : (plan?.weight ?? options.weight),
  };
}

export async function requestOf(
  exports: readonly string[],
  options: InputOptions,
  cwd: string,
): Promise<AnalysisRequest> {
  return {
    exports,
    schema: options.schema ?? [],
    stats: options.stats ?? [],
    sum: options.sum === true,
    weight: options.weight,
    shards: options.shards,
    config: await configOf(options, cwd),
    reader: options.reader,
    crossCheck: options.crossCheck === true,
    logs: options.log ?? [],
    assumeRls: options.assumeRls === true,
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.solveSeconds === undefined ? {} : { solveSeconds: options.solveSeconds }),
  };
}
