/** `shardwright init [export…]`: a commented config to begin with; asks a few questions on a terminal. */

import { access, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { ConfigSeed, Placement } from '../index.js';
import { UserError } from '../model/index.js';
import { printable } from './failures.js';
import { type Answers, askIntent } from './init-questions.js';
import { requestOf } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, repeatable } from './options.js';
import { type Surroundings, write } from './surroundings.js';
import { whileTalking } from './talk.js';

interface InitOptions {
  readonly schema?: readonly string[];
  readonly stats?: readonly string[];
  readonly database?: string;
  readonly out?: string;
  readonly yes?: true;
  readonly force?: true;
}

const fileName = 'shardwright.config.yaml';

/** Any of them would be found, and only one should be there. */
const names = ['yaml', 'yml', 'toml', 'json'].map((ending) => `shardwright.config.${ending}`);

const examples = `
Examples:
  shardwright init
  shardwright init exports/ --schema schema.sql --yes

With an export the plan is computed, and each table's placement is written as a pin that is commented out.`;

export function addInit(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('init')
    .summary(`write a commented ${fileName}`)
    .description(`Writes ${fileName} with every key there is, commented out, each with its default.`)
    .argument('[export...]', 'an export, for suggestions of pins')
    .option('--schema <file>', 'DDL, or a folder of migrations (repeatable)', repeatable)
    .option('--stats <file>', 'column statistics as CSV (repeatable)', repeatable)
    .option('--database <name>', 'only the statements of this database')
    .option('--out <file>', `where to write it (default: ${fileName}, here)`)
    .option('--yes', 'ask nothing')
    .option('--force', 'overwrite the config that is there');
  addCommonOptions(command)
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: InitOptions) =>
      init(exports, options, commonOptions(command), surroundings),
    );
}

async function init(
  exports: readonly string[],
  options: InitOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const file = path.resolve(surroundings.cwd, options.out ?? fileName);
  if (options.force !== true) await refuseSecond(file, options.out === undefined ? names : []);
  const { configTemplate } = await import('../index.js');
  const answers = await answersOf(options, surroundings);
  const tables = exports.length === 0 ? [] : await suggestions(exports, options, common, surroundings);
  await writeConfig(file, configTemplate({ ...answers, tables }), options.force === true);
  if (!common.quiet) await write(surroundings.stderr, printable(`wrote ${options.out ?? fileName}\n`));
}

async function refuseSecond(file: string, others: readonly string[]): Promise<void> {
  for (const each of [file, ...others.map((name) => path.join(path.dirname(file), name))]) {
    const isThere = await access(each).then(
      () => true,
      () => false,
    );
    if (isThere) throw isThereAlready(each);
  }
}

function isThereAlready(file: string): UserError {
  return new UserError(
    'would-overwrite',
    `${path.basename(file)} is there already`,
    'Change it, or give --force to write it anew.',
    { file },
  );
}

async function answersOf({ yes }: InitOptions, { stdin, stdout, env }: Surroundings): Promise<Answers> {
  const isAsked = yes !== true && stdin.isTTY === true && stdout.isTTY === true && env.CI === undefined;
  return isAsked ? askIntent(await import('@clack/prompts')) : {};
}

async function suggestions(
  exports: readonly string[],
  options: InitOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<ConfigSeed['tables']> {
  const { analyzeExports } = await import('../index.js');
  const request = await requestOf(
    exports,
    { ...options, weight: 'calls', shards: 16, reader: 'libpg-query' },
    surroundings.cwd,
  );
  const { plan } = await whileTalking(surroundings, common, (listener) =>
    analyzeExports({ ...request, curve: false }, listener),
  );
  return [...plan.tables].map(([name, placement]) => ({ name, pin: pinOf(placement) }));
}

function pinOf(placement: Placement): string {
  return placement.placement === 'sharded' ? placement.key : placement.placement;
}

async function writeConfig(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'EEXIST') throw isThereAlready(file);
    throw new UserError('write-failed', `${file} cannot be written (${code})`, 'Give --out another file.', {
      file,
    });
  }
}
