/** `shardwright doc <export…> --plan P`: the design document, the decision memo, the on-call's sheet. */

import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { DocumentKind } from '../index.js';
import { type DocumentedPlan, UserError } from '../model/index.js';
import { addOutOption, deliver, type OutOption, refuseUnwritableOut } from './deliver.js';
import { CheckFailed, printable } from './failures.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions } from './options.js';
import { type Surroundings, write } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';

interface DocOptions extends InputOptions, OutOption {
  readonly plan?: string;
  readonly memo?: true;
  readonly triage?: true;
  readonly html?: true;
  readonly pdf?: true;
  readonly json?: true;
  readonly format?: (typeof formats)[number];
  readonly check?: true;
}

const formats = ['markdown', 'html', 'pdf', 'json'] as const;

const examples = `
Examples:
  shardwright doc exports/ --plan shardplan.json --out docs/sharding.md
  shardwright doc exports/ --plan shardplan.json --out docs/sharding.md --check
  shardwright doc exports/ --plan shardplan.json --memo --pdf --out memo.pdf
  shardwright doc exports/ --plan shardplan.json --triage

Give the same exports, schema, statistics and config as to analyze. What no export can tell (title, owner, dates of the
phases, cores, prices) is taken from "document" in the config, and said to be missing otherwise. Of exports without a statement
the document says that nothing was measured.
Exit codes: 0 fine, 1 --check found the file out of date, 2 inputs that cannot be read.`;

export function addDoc(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('doc')
      .summary('the design document of a plan, as markdown, HTML or PDF')
      .description(
        'Judges the workload under the plan and writes the design document: every figure is a field of the analysis.',
      ),
  )
    .option('--plan <file>', 'the shardplan.json that the document is of')
    .option('--memo', 'the decision memo instead: two pages')
    .option('--triage', 'the sheet for the on-call instead: failure mode, first query, first fix')
    .option('--html', 'one HTML file that needs nothing else')
    .option('--pdf', 'printed by a browser of this machine; needs --out')
    .option('--json', 'the analysis that the figures are from')
    .addOption(
      new Option('--format <format>', 'the same as the flag of that name (default: markdown)').choices([
        ...formats,
      ]),
    )
    .option('--check', 'write nothing; fail when the file of --out is not what would be written');
  addCommonOptions(addOutOption(command))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: DocOptions) =>
      doc(exports, withFormat(options), command, commonOptions(command), surroundings),
    );
}

/** A format beside the flag of another one contradicts it, and is refused like two flags. */
function withFormat(options: DocOptions): DocOptions {
  const { format } = options;
  if (format === undefined) return options;
  if (format !== 'markdown') return { ...options, [format]: true };
  const other = formats.find((one) => one !== 'markdown' && options[one] === true);
  if (other !== undefined)
    throw wrong(`--${other} and --format markdown contradict each other`, 'Give one of them.');
  return options;
}

async function doc(
  exports: readonly string[],
  options: DocOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  refuseContradictions(options);
  const { plan: planFile, out } = options;
  if (planFile === undefined) throw noPlan();
  const browser = options.pdf === true ? await findBrowserOf(surroundings) : undefined;
  if (options.check !== true) await refuseUnwritableOut(options);
  const { documentExports, readPlanFile } = await import('../index.js');
  const plan = await readPlanFile(planFile);
  const request = await requestOf(exports, underPlan(options, plan, command), surroundings.cwd);
  const documented = await whileTalking(surroundings, common, (listener) =>
    documentExports(request, plan, listener),
  );
  const text = await textOf(documented, options);
  if (options.check === true && out !== undefined) return check(out, text, surroundings);
  const contents = browser === undefined ? text : await printed(browser, text);
  await deliver(contents, options, common, surroundings);
}

async function textOf(documented: DocumentedPlan, options: DocOptions): Promise<string> {
  const { renderAnalysisJson, renderDocument, renderDocumentHtml } = await import('../index.js');
  if (options.json === true) return renderAnalysisJson(documented.analysis, tool);
  const kind: DocumentKind = options.memo === true ? 'memo' : options.triage === true ? 'triage' : 'design';
  return options.html === true || options.pdf === true
    ? renderDocumentHtml(documented, kind)
    : renderDocument(documented, kind);
}

async function findBrowserOf({ env }: Surroundings): Promise<string> {
  const { findBrowser } = await import('./print-pdf.js');
  return findBrowser(env);
}

async function printed(browser: string, html: string): Promise<Uint8Array> {
  const { printPdf } = await import('./print-pdf.js');
  return printPdf(browser, html);
}

// ── --check ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @throws CheckFailed when the file is not what would be written */
async function check(file: string, made: string, surroundings: Surroundings): Promise<void> {
  const { staleFrom } = await import('../index.js');
  const committed = await committedText(file);
  const stale = committed === undefined ? undefined : staleFrom(committed, made);
  if (committed !== undefined && stale === undefined) {
    return write(surroundings.stdout, printable(`${file} is up to date\n`));
  }
  const where =
    stale === undefined
      ? 'it is not there'
      : `it differs first at line ${stale.line}, ${stale.section === undefined ? 'before the first section' : `in "${stale.section}"`}`;
  const text = `${file} is out of date: ${where}\n  hint: run the same command without --check, and commit the file\n`;
  await write(surroundings.stdout, printable(text));
  throw new CheckFailed();
}

async function committedText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UserError(
      'file-unreadable',
      `${file} cannot be read (${code ?? 'unknown reason'})`,
      'Give --out the file that is committed.',
      { file },
    );
  }
}

// ── what cannot be asked for ─────────────────────────────────────────────────────────────────────────────────────────

function refuseContradictions(options: DocOptions): void {
  const set = (names: readonly (keyof DocOptions)[]) => names.filter((name) => options[name] === true);
  for (const exclusive of [
    ['memo', 'triage', 'json'],
    ['html', 'pdf', 'json'],
    ['pdf', 'check'],
  ] as const) {
    const [one, other] = set(exclusive);
    if (other !== undefined)
      throw wrong(`--${one} and --${other} contradict each other`, 'Give one of them.');
  }
  if (options.out !== undefined) return;
  if (options.check === true) throw wrong('--check needs the file to check', 'Name it with --out FILE.');
  if (options.pdf === true) throw wrong('--pdf needs a file to write', 'Name it with --out FILE.pdf.');
}

function wrong(message: string, hint: string): UserError {
  return new UserError('bad-option', message, hint);
}

function noPlan(): UserError {
  return wrong(
    'doc needs the plan that the document is of',
    'Give --plan shardplan.json; "shardwright analyze <export> --out DIR" writes one.',
  );
}
