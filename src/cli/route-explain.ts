/** `shardwright route explain`: statements in, one verdict out for each, in order. */

import { type Command, Option } from 'commander';
import type { ExplainRequest } from '../index.js';
import { type ExplainedStatement, UserError } from '../model/index.js';
import {
  addCommonOptions,
  type CommonOptions,
  commonOptions,
  configOf,
  jsonOptions,
  readerOption,
  repeatable,
  shardsOption,
  wantsJson,
} from './options.js';
import { type Asked, fromJsonLines, fromTexts, textOf } from './statements.js';
import { type Surroundings, textOptions, write } from './surroundings.js';

interface ExplainOptions {
  readonly plan?: string;
  readonly schema?: readonly string[];
  readonly config?: string;
  readonly input?: 'sql' | 'jsonl';
  readonly shards?: number;
  readonly reader: ExplainRequest['reader'];
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright route explain --plan shardplan.json -- "select * from orders where user_id = 42"
  shardwright route explain --plan shardplan.json --schema schema.sql --json < statements.sql
  echo '{"id": "q1", "sql": "select * from orders where user_id = $1", "params": [42]}' |
    shardwright route explain --plan shardplan.json --json --input jsonl`;

export function addRouteExplain(route: Command, surroundings: Surroundings): void {
  const command = route
    .command('explain')
    .summary('what a statement needs under a plan, and why')
    .description(
      'Gives the verdict, the shards and the reasons of each statement: those after --, or those on standard input.',
    )
    .argument('[sql...]', 'statements, one an argument; write them after --')
    .option('--plan <file>', 'the shardplan.json to judge under')
    .option(
      '--schema <file>',
      'DDL, or a folder of migrations, for sharper verdicts (repeatable)',
      repeatable,
    )
    .option(
      '--config <file>',
      'functions to vouch for (default: shardwright.config.{yaml,toml,json}, found upwards)',
    )
    .addOption(
      new Option(
        '--input <format>',
        'what standard input holds: SQL separated by ";", or JSON lines',
      ).choices(['sql', 'jsonl']),
    )
    .addOption(shardsOption())
    .addOption(readerOption());
  addCommonOptions(jsonOptions(command))
    .addHelpText('after', examples)
    .action((statements: readonly string[], options: ExplainOptions) =>
      explain(statements, options, commonOptions(command), surroundings),
    );
}

async function explain(
  statements: readonly string[],
  options: ExplainOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  refuseContradictions(statements, options, surroundings);
  const { explainer, renderVerdictJson, renderVerdictText } = await import('../index.js');
  const { explain: judge, split } = await explainer(await requestOf(options, surroundings.cwd));
  const render = wantsJson(options)
    ? renderVerdictJson
    : (explained: ExplainedStatement) => renderVerdictText(explained, textOptions(surroundings, common));
  let count = 0;
  for await (const asked of askedOf(statements, options, surroundings, split)) {
    count += 1;
    const text = render(asked.ok ? judge(asked.input) : refused(asked));
    await write(surroundings.stdout, `${text}\n`);
  }
  if (count === 0) throw nothingAsked();
}

function askedOf(
  statements: readonly string[],
  { input }: ExplainOptions,
  { stdin }: Surroundings,
  split: (sql: string) => readonly string[],
): AsyncIterable<Asked> | Iterable<Asked> {
  if (statements.length > 0) return fromTexts(statements);
  return input === 'jsonl' ? fromJsonLines(stdin) : fromText(stdin, split);
}

async function* fromText(
  stdin: Surroundings['stdin'],
  split: (sql: string) => readonly string[],
): AsyncGenerator<Asked> {
  yield* fromTexts(split(await textOf(stdin)));
}

function refuseContradictions(
  statements: readonly string[],
  options: ExplainOptions,
  { stdin }: Surroundings,
): void {
  if (options.plan === undefined) {
    throw new UserError(
      'bad-option',
      'route explain needs a plan to judge under',
      'Give --plan shardplan.json; "shardwright analyze <export> --out DIR" writes one.',
    );
  }
  if (statements.length > 0 && options.input === 'jsonl') {
    throw new UserError(
      'bad-option',
      '--input jsonl is about standard input, but statements were given as arguments',
      'Leave one of the two out.',
    );
  }
  if (statements.length === 0 && stdin.isTTY === true) throw nothingAsked();
}

async function requestOf(options: ExplainOptions, cwd: string): Promise<ExplainRequest> {
  const { readPlanFile } = await import('../index.js');
  return {
    plan: await readPlanFile(options.plan ?? ''),
    schema: options.schema ?? [],
    config: await configOf(options, cwd),
    reader: options.reader,
    ...(options.shards === undefined ? {} : { shards: options.shards }),
  };
}

function refused({ id, reason }: { readonly id: string; readonly reason: string }): ExplainedStatement {
  return { id, verdict: { verdict: 'unknown', tables: [], because: [reason], blocker: 'unreadable' } };
}

function nothingAsked(): UserError {
  return new UserError(
    'nothing-to-analyse',
    'there is no statement to explain',
    'Write it after --, as in: shardwright route explain --plan shardplan.json -- "select 1", or pipe statements in.',
  );
}
