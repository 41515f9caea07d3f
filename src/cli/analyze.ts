/** `shardwright analyze <export…>`: an export and a schema in; the plan with its evidence out. */

import { type Command, Option } from 'commander';
import type { AnalysisRequest } from '../index.js';
import type { Weight } from '../model/index.js';
import { printable } from './failures.js';
import {
  addCommonOptions,
  type CommonOptions,
  commonOptions,
  configOf,
  jsonOptions,
  readerOption,
  repeatable,
  shardsOption,
  solveSecondsOption,
  wantsJson,
} from './options.js';
import { progressOn } from './progress.js';
import { type Surroundings, wantsColor, widthOf, write } from './surroundings.js';
import { tool } from './version.js';
import { refuseUnwritable, writeFiles } from './write-files.js';

interface AnalyzeOptions {
  readonly schema?: readonly string[];
  readonly stats?: readonly string[];
  readonly config?: string;
  readonly log?: readonly string[];
  readonly database?: string;
  readonly sum?: true;
  readonly weight: Weight;
  readonly shards: number;
  readonly solveSeconds?: number;
  readonly assumeRls?: true;
  readonly reader: AnalysisRequest['reader'];
  readonly crossCheck?: true;
  readonly json?: true;
  readonly format?: 'text' | 'json';
  readonly out?: string;
}

/** What --out writes. */
const files = { plan: 'shardplan.json', analysis: 'analysis.json' } as const;

const examples = `
Examples:
  shardwright analyze export.csv --schema schema.sql
  shardwright analyze exports/ --shards 32 --out plan
  shardwright analyze monday.csv tuesday.csv --schema schema.sql --stats stats.csv
  psql -c "\\copy (select * from pg_stat_statements) to stdout csv header" | shardwright analyze -

An export is a CSV of pg_stat_statements with the columns query and calls, or a folder with export, schema
and statistics. Several exports are snapshots of one server and are subtracted.`;

export function addAnalyze(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('analyze')
    .summary('compute the shard plan of an export')
    .description(
      'Reads pg_stat_statements exports and the schema, and prints the best shard plan with its evidence.',
    )
    .argument('<export...>', 'files, folders, or - for standard input')
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
    .option(
      '--log <file>',
      "the server's csvlog or jsonlog: judges whole transactions, by their values (repeatable)",
      repeatable,
    )
    .option('--database <name>', 'only the statements of this database')
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
    .option('--cross-check', 'parse with the other reader as well and report where the two disagree')
    .option('--out <folder>', 'write shardplan.json and analysis.json there');
  addCommonOptions(jsonOptions(command))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: AnalyzeOptions) =>
      analyze(exports, options, commonOptions(command), surroundings),
    );
}

async function analyze(
  exports: readonly string[],
  options: AnalyzeOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const json = wantsJson(options);
  const { analyzeExports, renderAnalysisJson, renderAnalysisText, renderPlanJson } = await import(
    '../index.js'
  );
  const request = await requestOf(exports, options, surroundings.cwd);
  if (options.out !== undefined) await refuseUnwritable(options.out, Object.values(files));
  const progress = progressOn(surroundings, common);
  const notes: string[] = [];
  const result = await analyzeExports(request, (event) => {
    if (event.note !== undefined) notes.push(printable(`note: ${event.note.message}\n`));
    progress.listener(event);
  }).finally(async () => {
    progress.finish();
    if (!common.quiet && notes.length > 0) await write(surroundings.stderr, notes.join(''));
  });
  if (options.out !== undefined) {
    const written = await writeFiles(options.out, {
      [files.plan]: renderPlanJson(result.plan, tool),
      [files.analysis]: renderAnalysisJson(result, tool),
    });
    if (!common.quiet) await write(surroundings.stderr, printable(`wrote ${written.join(', ')}\n`));
  }
  const text = json
    ? renderAnalysisJson(result, tool)
    : renderAnalysisText(result, {
        width: widthOf(surroundings.stdout),
        color: wantsColor(surroundings, common.color),
        verbose: common.verbose,
      });
  await write(surroundings.stdout, text);
}

async function requestOf(
  exports: readonly string[],
  options: AnalyzeOptions,
  cwd: string,
): Promise<AnalysisRequest> {
  return {
    exports,
    schema: options.schema ?? [],
    stats: options.stats ?? [],
    logs: options.log ?? [],
    sum: options.sum === true,
    weight: options.weight,
    shards: options.shards,
    config: await configOf(options, cwd),
    reader: options.reader,
    crossCheck: options.crossCheck === true,
    assumeRls: options.assumeRls === true,
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.solveSeconds === undefined ? {} : { solveSeconds: options.solveSeconds }),
  };
}
