/** `shardwright doctor`: is an export, or a live server, good enough to plan from? */

import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { addOutOption, deliver, type OutOption, refuseUnwritableOut } from './deliver.js';
import { CheckFailed } from './failures.js';
import { addInputOptions, type InputOptions, requestOf } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, jsonOptions, wantsJson } from './options.js';
import { addServerOptions, type ServerOptions, sessionOptions } from './server-options.js';
import { type Surroundings, widthOf } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';

interface DoctorOptions extends InputOptions, OutOption, ServerOptions {
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright doctor exports/
  shardwright doctor --dsn postgresql://monitor@db.example/shop

Each check is ok, warn or fail, with what to do. The exit code is 1 when one fails, 0 when there are only warnings.`;

export function addDoctor(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('doctor')
      .summary('check whether an export or a server is good to plan from')
      .description(
        'Checks an export, or a live server: what is tracked, since when, what was dropped, what can be read, and what to do.',
      ),
    '[export...]',
  );
  addServerOptions(command);
  addCommonOptions(jsonOptions(addOutOption(command)))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: DoctorOptions) =>
      doctor(exports, options, commonOptions(command), surroundings),
    );
}

async function doctor(
  exports: readonly string[],
  options: DoctorOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const json = wantsJson(options);
  if (exports.length > 0 && options.dsn !== undefined) {
    throw new UserError(
      'bad-option',
      'an export and --dsn are two things to check',
      'Check one after the other.',
    );
  }
  await refuseUnwritableOut(options);
  const session = exports.length > 0 ? undefined : sessionOptions(options, surroundings);
  const { examineExports, examineLive, renderDoctorJson, renderDoctorText } = await import('../index.js');
  const request = await requestOf(exports, options, surroundings.cwd);
  const report = await whileTalking(surroundings, common, (listener) =>
    session === undefined ? examineExports(request, listener) : examineLive(session, request, tool, listener),
  );
  const text = json ? renderDoctorJson(report, tool) : renderDoctorText(report, widthOf(surroundings.stdout));
  await deliver(text, options, common, surroundings);
  if (report.checks.some(({ status }) => status === 'fail')) throw new CheckFailed();
}
