/**
 * The forms that a check's result can be printed in: one goes to standard output or --out, any number into files of their
 * own. A form is added here, and nowhere else.
 */

import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import type { CheckResult } from '../model/index.js';
import { isStdout } from './deliver.js';
import { type CommonOptions, formatOf } from './options.js';
import { refuseUnwritableFile } from './refuse-unwritable.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { tool } from './version.js';
import { writeFiles } from './writing.js';

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

/** Asked before the work: nothing should be computed in vain. @throws UserError write-failed */
export async function refuseUnwritableReports(options: ReporterOptions): Promise<void> {
  for (const { file } of filesOf(options)) await refuseUnwritableFile(file);
}

/** @throws UserError write-failed */
export async function report(
  result: CheckResult,
  options: ReporterOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const where = { surroundings, common };
  for (const { format, file } of filesOf(options))
    await writeTo(file, await forms[format].render(result, where));
  if (isStdout(options.out))
    await write(surroundings.stdout, await forms[formatOf(options, 'text')].render(result, where));
}

function filesOf(options: ReporterOptions): readonly { readonly format: Format; readonly file: string }[] {
  const besides = formats.flatMap((format) => {
    const file = options[`${format}Out`];
    return file === undefined ? [] : [{ format, file }];
  });
  return isStdout(options.out)
    ? besides
    : [...besides, { format: formatOf(options, 'text'), file: options.out }];
}

/** GitHub shows what stands in this file on the page of the run; other steps write to it as well. */
async function addToStepSummary(text: string, { surroundings }: Where): Promise<void> {
  const file = surroundings.env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === '') return;
  const { orRefuse } = await import('../files/index.js');
  await orRefuse(file, () => appendFile(file, text));
}

/** @throws UserError write-failed */
export async function writeTo(file: string, text: string): Promise<void> {
  await writeFiles(path.dirname(file), { [path.basename(file)]: text });
}
