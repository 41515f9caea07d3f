/** `shardwright check <export… or .sql files…> --plan P`: the gate for CI. */

import { access } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { GateQuestion } from '../index.js';
import { type FindingLevel, findingLevels, type RuleId, ruleIds, UserError } from '../model/index.js';
import { CheckFailed, printable } from './failures.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, formatOf } from './options.js';
import { refuseUnwritableFile } from './refuse-unwritable.js';
import {
  addReporterOptions,
  type ReporterOptions,
  refuseUnwritableReports,
  report,
  writeTo,
} from './reporters.js';
import { type Surroundings, write } from './surroundings.js';
import { whileTalking } from './talk.js';
import { withoutFolder, withTestDatabase } from './test-database.js';
import { tool } from './version.js';

interface CheckOptions extends InputOptions, ReporterOptions {
  readonly dsn?: string;
  readonly plan?: string;
  /** False with --no-baseline. */
  readonly baseline?: string | false;
  readonly updateBaseline?: true;
  readonly newOnly?: true;
  readonly maxCrossShard?: number;
  readonly tolerance: number;
  readonly failOn?: readonly (RuleId | FindingLevel)[];
  readonly exitZero?: true;
  readonly today?: string;
}

const examples = `
Examples:
  shardwright check exports/ --plan plan/shardplan.json --max-cross-shard 5%
  shardwright check exports/ --plan plan/shardplan.json --update-baseline
  shardwright check src/queries --schema db/schema.sql --plan plan/shardplan.json --new-only
  shardwright check exports/ --plan plan/shardplan.json --format json --out check.json

The baseline is baseline.json beside the plan when it is there: statements and findings that it has are known and do not
fail. Without one the workload is held against the score in the plan. An export is what analyze reads, a .sql file or a
folder of them. The rules, each explained by "shardwright explain <rule>":
${ruleIds.map((id) => `  ${id}`).join('\n')}

Exit codes: 0 nothing fails, 1 a finding fails, 2 inputs that cannot be read.`;

export function addCheck(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('check')
      .summary('the CI gate: fails when statements or schema no longer fit the plan')
      .description(
        'Judges every statement under the plan, holds schema and workload against it, and reports what does not fit.',
      ),
    '[export...]',
  )
    .option('--plan <file>', 'the shardplan.json to hold everything against')
    .option('--dsn <address>', 'read the statements and schema of a live test database, after its tests ran')
    .option(
      '--max-cross-shard <share>',
      'fail when more of the weight needs several shards, such as 5%',
      share,
    )
    .option('--baseline <file>', 'what is known already (default: baseline.json beside the plan, if there)')
    .option('--no-baseline', 'take nothing for known')
    .option('--update-baseline', 'write the baseline: all that is found now is known from then on')
    .option(
      '--new-only',
      'report only statements that the baseline does not have, and nothing of schema and shares',
    )
    .option('--tolerance <share>', 'how much more may cross than before', share, DEFAULT_TOLERANCE)
    .option(
      '--fail-on <rule>',
      'a rule, or a level (error, warning, note), that fails too (repeatable)',
      failOn,
    )
    .option('--exit-zero', 'exit with 0 whatever is found')
    .option('--today <date>', "the day that waivers' expiry is held against (default: today)", day);
  addCommonOptions(addReporterOptions(command))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: CheckOptions) =>
      check(exports, options, command, commonOptions(command), surroundings),
    );
}

async function check(
  exports: readonly string[],
  options: CheckOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  refuseContradictions(exports, options);
  const { checkExports, renderBaselineJson } = await import('../index.js');
  const asked = await questionOf(options);
  await refuseUnwritableReports(options);
  if (asked.newBaseline !== undefined) await refuseUnwritableFile(asked.newBaseline);
  const { plan } = asked;
  const inputs = underPlan(options, plan, command);
  const question = { ...asked, plan: { ...plan, shards: inputs.shards } };
  await withTestDatabase(options.dsn, options.schema !== undefined, surroundings, async (folder) => {
    const paths = folder === undefined ? exports : [folder];
    const request = await requestOf(paths, inputs, surroundings.cwd);
    const { result, baseline } = await whileTalking(surroundings, common, (listener) =>
      checkExports(request, question, listener),
    );
    if (baseline !== undefined) {
      await writeTo(baseline.file, renderBaselineJson(baseline, tool));
      if (!common.quiet) await write(surroundings.stderr, printable(`wrote ${baseline.file}\n`));
    }
    await report(withoutFolder(result, folder), options, common, surroundings);
    if (result.summary.failing > 0 && options.exitZero !== true) throw new CheckFailed();
  });
}

/** A regression of less than this much of the weight is the noise of another week. */
const DEFAULT_TOLERANCE = 0.01;

async function questionOf(options: CheckOptions): Promise<GateQuestion> {
  const { readBaselineFile, readPlanFile } = await import('../index.js');
  const planFile = options.plan ?? '';
  const plan = { ...(await readPlanFile(planFile)), file: planFile };
  const file = await baselineFileOf(planFile, options);
  if (file === undefined && options.newOnly === true) throw nothingIsKnown();
  return {
    plan,
    ...(file === undefined ? {} : { baseline: { ...(await readBaselineFile(file)), file } }),
    ...(await budgetsOf(planFile)),
    ...(options.maxCrossShard === undefined ? {} : { maxCrossShard: options.maxCrossShard }),
    ...(options.updateBaseline === true
      ? { newBaseline: typeof options.baseline === 'string' ? options.baseline : besidePlan(planFile) }
      : {}),
    isTraffic: options.dsn === undefined,
    tolerance: options.tolerance,
    failOn: options.failOn ?? [],
    newOnly: options.newOnly === true,
    today: options.today ?? new Date().toISOString().slice(0, 10),
  };
}

/**
 * What the plan takes of its budgets, by the certificate beside it. Nothing is proven here: one that is not there, or that
 * verify-plan would refuse, only leaves the budgets as the config has them.
 */
async function budgetsOf(planFile: string): Promise<Pick<GateQuestion, 'budgets'>> {
  const { readCertificateFile } = await import('../index.js');
  try {
    return { budgets: (await readCertificateFile(besidePlan(planFile, 'certificate.json'))).budgets };
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}

/** @throws UserError bad-option */
function refuseContradictions(exports: readonly string[], options: CheckOptions): void {
  formatOf(options, 'text');
  if (options.plan === undefined) {
    throw new UserError(
      'bad-option',
      'check needs the plan to hold everything against',
      'Give --plan shardplan.json; "shardwright analyze <export> --out DIR" writes one.',
    );
  }
  if (exports.length === 0 && options.dsn === undefined) {
    throw new UserError(
      'bad-option',
      'there is nothing to check',
      'Name an export, a folder, .sql files, or a live test database with --dsn.',
    );
  }
  if (exports.length > 0 && options.dsn !== undefined) {
    throw new UserError(
      'bad-option',
      '--dsn reads the statements of a test database, and files were named as well',
      'Check the one and then the other: their counts do not add up.',
    );
  }
}

/** The baseline that is to be read: the one named, else the one beside the plan. */
async function baselineFileOf(
  plan: string,
  { baseline, updateBaseline }: CheckOptions,
): Promise<string | undefined> {
  if (baseline === false) return undefined;
  const file = baseline ?? besidePlan(plan);
  // A baseline that is about to be written for the first time need not be there.
  const mayBeMissing = baseline === undefined || updateBaseline === true;
  return !mayBeMissing || (await isThere(file)) ? file : undefined;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function besidePlan(plan: string, name = 'baseline.json'): string {
  return path.join(path.dirname(plan), name);
}

function nothingIsKnown(): UserError {
  return new UserError(
    'bad-option',
    '--new-only needs a baseline: without one nothing is known to be new',
    'Give --baseline baseline.json; --update-baseline writes one.',
  );
}

// ── values of flags ──────────────────────────────────────────────────────────────────────────────────────────────────

function share(text: string): number {
  const [, figure = '', sign] = /^\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text) ?? [];
  const value = sign === '%' ? Number(figure) / 100 : Number(figure);
  if (figure !== '' && value <= 1) return value;
  throw new InvalidArgumentError('It must be a share such as 5% or 0.05.');
}

function failOn(text: string, before: readonly (RuleId | FindingLevel)[] = []) {
  const known = [...ruleIds, ...findingLevels].find((one) => one === text);
  if (known !== undefined) return [...before, known];
  throw new InvalidArgumentError(
    `It must be error, warning, note or one of the rules: ${ruleIds.join(', ')}.`,
  );
}

function day(text: string): string {
  const at = new Date(`${text}T00:00:00Z`);
  // What there is no such day of, such as 30 February, would be read as another.
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime());
  if (isDay && at.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('It must be a day such as 2030-12-31.');
}
