/** `shardwright analyze <export…>`: an export and a schema in; the plan with its evidence out. */

import path from 'node:path';
import { type Command, Option } from 'commander';
import { printable } from './failures.js';
import { addInputOptions, type InputOptions, requestOf } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, formatOf } from './options.js';
import { refuseUnwritable, refuseUnwritableFile } from './refuse-unwritable.js';
import { reportPage } from './report-page.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';
import { writeFiles } from './writing.js';

interface AnalyzeOptions extends InputOptions {
  readonly curve?: boolean;
  readonly json?: true;
  readonly format?: 'text' | 'json' | 'html';
  readonly htmlOut?: string;
  readonly out?: string;
}

/** What --out writes. */
const files = {
  plan: 'shardplan.json',
  certificate: 'certificate.json',
  analysis: 'analysis.json',
  page: 'report.html',
} as const;

const examples = `
Examples:
  shardwright analyze export.csv --schema schema.sql
  shardwright analyze exports/ --shards 32 --out plan
  shardwright analyze monday.csv tuesday.csv --schema schema.sql --stats stats.csv
  psql -c "\\copy (select * from pg_stat_statements) to stdout csv header" | shardwright analyze -

An export is a CSV of pg_stat_statements with the columns query and calls, or a folder with export, schema
and statistics. Several exports are snapshots of one server and are subtracted.`;

export function addAnalyze(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('analyze')
      .summary('compute the shard plan of an export')
      .description(
        'Reads pg_stat_statements exports and the schema, and prints the best shard plan with its evidence.',
      ),
  )
    .option('--curve', 'what limits on global tables and new columns buy (default: when the puzzle is small)')
    .option('--no-curve', 'leave that out')
    .option('--out <folder>', `write ${Object.values(files).join(', ')} there`)
    .option('--json', 'print JSON, the same as --format json')
    .addOption(
      new Option('--format <format>', 'what to print (default: text)').choices(['text', 'json', 'html']),
    )
    .option('--html-out <file>', 'write the report for a browser there');
  addCommonOptions(command)
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
  const format = formatOf(options, 'text');
  const page = format === 'html' || options.out !== undefined || options.htmlOut !== undefined;
  const { analysisJsonPieces, analyzeExports, certificateJsonPieces, renderAnalysisText, renderPlanJson } =
    await import('../index.js');
  const request = {
    ...(await requestOf(exports, options, surroundings.cwd)),
    ...(options.curve === undefined ? {} : { curve: options.curve }),
    whatIf: page,
  };
  if (options.out !== undefined) await refuseUnwritable(options.out, Object.values(files));
  if (options.htmlOut !== undefined) await refuseUnwritableFile(options.htmlOut);
  const result = await whileTalking(surroundings, common, (listener) => analyzeExports(request, listener));
  const written = [
    ...(options.out === undefined
      ? []
      : await writeFiles(options.out, {
          [files.plan]: renderPlanJson(result.plan, tool),
          [files.certificate]: certificateJsonPieces(result.proof, tool),
          [files.analysis]: analysisJsonPieces(result, tool),
          [files.page]: await reportPage(result),
        })),
    ...(options.htmlOut === undefined
      ? []
      : await writeFiles(path.dirname(options.htmlOut), {
          [path.basename(options.htmlOut)]: await reportPage(result),
        })),
  ];
  if (written.length > 0 && !common.quiet)
    await write(surroundings.stderr, printable(`wrote ${written.join(', ')}\n`));
  const print = async (): Promise<Iterable<string>> => {
    switch (format) {
      case 'html':
        return reportPage(result);
      case 'json':
        return analysisJsonPieces(result, tool);
      case 'text':
        return [renderAnalysisText(result, textOptions(surroundings, common))];
    }
  };
  for (const piece of await print()) await write(surroundings.stdout, piece);
}
