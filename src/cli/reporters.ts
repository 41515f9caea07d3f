/**
 * The forms that a check's result can be printed in: one goes to standard output or --out, any number into files of their
 * own. A form is added here, and nowhere else.
 */

import { appendFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type CheckResult, UserError } from '../model/index.js';
import { type CommonOptions, formatOf } from './options.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { tool } from './version.js';
import { writeWhole } from './writing.js';

type Format = 'text' | 'json' | 'markdown' | 'sarif' | 'github' | 'junit';

type Render = (result: CheckResult, where: Where) => Promise<string>;

/** What a text is laid out for. */
interface Where {
  readonly surroundings: Surroundings;
  readonly common: CommonOptions;
}

const forms: Readonly<
  Record<Format, { readonly flag?: string; readonly what?: string; readonly render: Render }>
> = {
  text: {
    render: async (result, { surroundings, common }) =>
      (await import('../index.js')).renderCheckText(result, textOptions(surroundings, common)),
  },
  json: {
    flag: '--json-out <file>',
    what: 'write JSON there as well',
    render: async (result) => (await import('../index.js')).renderCheckJson(result, tool),
  },
  markdown: {
    flag: '--markdown-out <file>',
    what: 'write a comment for a pull request there as well',
    render: async (result) => (await import('../index.js')).renderCheckMarkdown(result),
  },
  sarif: {
    flag: '--sarif-out <file>',
    what: 'write SARIF 2.1.0 there as well',
    render: async (result) => (await import('../index.js')).renderCheckSarif(result, tool),
  },
  github: {
    render: async (result, where) => {
      const { renderCheckGithub, renderCheckMarkdown } = await import('../index.js');
      await addToStepSummary(renderCheckMarkdown(result), where);
      return renderCheckGithub(result);
    },
  },
  junit: {
    flag: '--junit-out <file>',
    what: 'write JUnit XML there as well',
    render: async (result) => {
      const { renderCheckJunit } = await import('../index.js');
      return renderCheckJunit(result, new Date().toISOString().slice(0, 19));
    },
  },
};

const formats = Object.keys(forms) as readonly Format[];

export interface ReporterOptions {
  readonly json?: true;
  readonly format?: Format;
  readonly out?: string;
  readonly [file: `${string}Out`]: string | undefined;
}

export function addReporterOptions(command: Command): Command {
  command
    .option('--json', 'print JSON, the same as --format json')
    .addOption(new Option('--format <format>', 'what to print (default: text)').choices(formats))
    .option('--out <file>', 'write it there instead of to standard output');
  for (const { flag, what } of Object.values(forms)) {
    if (flag !== undefined) command.option(flag, what);
  }
  return command;
}

/** @throws UserError write-failed */
export async function report(
  result: CheckResult,
  options: ReporterOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const where = { surroundings, common };
  for (const format of formats) {
    const file = options[`${format}Out`];
    if (file !== undefined) await writeTo(file, await forms[format].render(result, where));
  }
  const text = await forms[formatOf(options, 'text')].render(result, where);
  if (options.out === undefined) await write(surroundings.stdout, text);
  else await writeTo(options.out, text);
}

/** GitHub shows what stands in this file on the page of the run; other steps write to it as well. */
async function addToStepSummary(text: string, { surroundings }: Where): Promise<void> {
  const file = surroundings.env.GITHUB_STEP_SUMMARY;
  if (file !== undefined && file !== '') await writeTo(file, text, appendFile);
}

/** @throws UserError write-failed */
export async function writeTo(
  file: string,
  text: string,
  put: (file: string, text: string) => Promise<void> = writeWhole,
): Promise<void> {
  try {
    await put(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UserError(
      'write-failed',
      `${file} cannot be written (${code})`,
      'Name a file that you may write.',
      { file },
    );
  }
}
