/** Flags that several commands share, and how their values are read. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../index.js';
import { UserError } from '../model/index.js';

export interface CommonOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly progress: boolean;
}

/** They are understood before and after the command's name. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--quiet', 'say nothing but the result')
    .option('--verbose', 'leave nothing out of the text')
    .option('--no-color', 'no colours (as NO_COLOR and pipes do)')
    .option('--no-progress', 'no progress on stderr (as CI and pipes do)');
}

export function commonOptions(command: Command): CommonOptions {
  const levels = withParents(command).map((one) => one.opts());
  return {
    quiet: levels.some((level) => level.quiet === true),
    verbose: levels.some((level) => level.verbose === true),
    color: levels.every((level) => level.color !== false),
    progress: levels.every((level) => level.progress !== false),
  };
}

function withParents(command: Command): readonly Command[] {
  return command.parent === null ? [command] : [command, ...withParents(command.parent)];
}

export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const MOST_SHARDS = 65_536;

export function shardsOption(): Option {
  return new Option('--shards <n>', 'number of shards').argParser((text) => {
    const shards = /^\d+$/.test(text) ? Number(text) : 0;
    if (shards >= 1 && shards <= MOST_SHARDS) return shards;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_SHARDS}.`);
  });
}

export function solveSecondsOption(): Option {
  return new Option(
    '--solve-seconds <n>',
    'time for the solver; then the best plan so far, with its bound',
  ).argParser((text) => {
    const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
    if (seconds > 0) return seconds;
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  });
}

export function readerOption(): Option {
  return new Option('--reader <name>', 'what parses the statements')
    .choices(['libpg-query', 'pgsql-ast-parser'])
    .default('libpg-query');
}

export function jsonOptions(command: Command): Command {
  return command
    .option('--json', 'print JSON, the same as --format json')
    .addOption(new Option('--format <format>', 'what to print (default: text)').choices(['text', 'json']));
}

/** `fallback`: what is printed when neither flag says. @throws UserError bad-option when the two contradict each other */
export function formatOf<T extends string>(
  { json, format }: { readonly json?: true; readonly format?: T | 'json' },
  fallback: T,
): T | 'json' {
  if (json === true && format !== undefined && format !== 'json') {
    throw new UserError(
      'bad-option',
      `--json and --format ${format} contradict each other`,
      'Give one of them.',
    );
  }
  return json === true ? 'json' : (format ?? fallback);
}

/** @throws UserError bad-option when the two flags contradict each other */
export function wantsJson(options: { readonly json?: true; readonly format?: 'text' | 'json' }): boolean {
  return formatOf(options, 'text') === 'json';
}

/** The config named, else the one found upwards from where the command runs. */
export async function configOf(options: { readonly config?: string }, cwd: string): Promise<Config> {
  const { loadConfig } = await import('../index.js');
  return loadConfig({ from: cwd, ...(options.config === undefined ? {} : { file: options.config }) });
}
