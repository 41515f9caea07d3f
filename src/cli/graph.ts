/** `shardwright graph <export…>`: which tables are used together, as a picture or as data. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PlacedGraph } from '../model/index.js';
import { addOutOption, deliver, type OutOption, refuseUnwritableOut } from './deliver.js';
import { printable } from './failures.js';
import { addInputOptions, type InputOptions, requestOf, underPlan } from './inputs.js';
import { addCommonOptions, type CommonOptions, commonOptions, formatOf } from './options.js';
import { type Surroundings, write } from './surroundings.js';
import { whileTalking } from './talk.js';
import { tool } from './version.js';

const formats = ['mermaid', 'dot', 'svg', 'gexf', 'json'] as const;

interface GraphOptions extends InputOptions, OutOption {
  readonly plan?: string;
  readonly json?: true;
  readonly format?: (typeof formats)[number];
  readonly top?: number;
  readonly by: 'community' | 'group';
}

/** What can be read as a picture; files for other programs hold all. */
const MOST_DRAWN = 60;

const examples = `
Examples:
  shardwright graph exports/ > graph.mmd
  shardwright graph exports/ --plan shardplan.json > graph.mmd
  shardwright graph exports/ --format svg --by group --top 40 --out graph.svg
  shardwright graph exports/ --format gexf --out graph.gexf

mermaid, dot and svg draw the ${MOST_DRAWN} busiest tables and say what they leave out; gexf and json hold all. --top changes either.
With --plan nothing is planned: a big workload is drawn sooner.`;

export function addGraph(program: Command, surroundings: Surroundings): void {
  const command = addInputOptions(
    program
      .command('graph')
      .summary('which tables are used together, as a picture or as data')
      .description(
        'Draws the co-access graph: tables with their placement under a plan, and the calls that touch both of a pair.',
      ),
  )
    .option('--plan <file>', 'the shardplan.json whose placements are drawn (default: the best plan)')
    .addOption(new Option('--format <format>', 'what to write (default: mermaid)').choices([...formats]))
    .addOption(
      new Option('--by <clusters>', 'what is drawn together: communities of use, or groups of the plan')
        .choices(['community', 'group'])
        .default('community'),
    )
    .option('--top <n>', 'at most so many tables, the busiest', tableCount)
    .option('--json', 'print JSON, the same as --format json');
  addCommonOptions(addOutOption(command))
    .addHelpText('after', examples)
    .action((exports: readonly string[], options: GraphOptions) =>
      graph(exports, options, command, commonOptions(command), surroundings),
    );
}

function tableCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw new InvalidArgumentError('It must be a whole number from 1 on.');
}

async function graph(
  exports: readonly string[],
  options: GraphOptions,
  command: Command,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const format = formatOf(options, 'mermaid');
  await refuseUnwritableOut(options);
  const { graphExports, readPlanFile } = await import('../index.js');
  const plan = options.plan === undefined ? undefined : await readPlanFile(options.plan);
  const inputs = underPlan(options, plan, command);
  const request = await requestOf(exports, inputs, surroundings.cwd);
  const result = await whileTalking(surroundings, common, (listener) =>
    graphExports(request, plan, listener),
  );
  const { text, leftOut } = await written(result, options, format);
  if (leftOut !== undefined && !common.quiet)
    await write(surroundings.stderr, printable(`note: ${leftOut}\n`));
  await deliver(text, options, common, surroundings);
}

async function written(
  result: PlacedGraph,
  { by, top }: GraphOptions,
  format: (typeof formats)[number],
): Promise<{ readonly text: string; readonly leftOut?: string }> {
  const { busiest, graphDot, graphGexf, graphMermaid, graphSvg, layoutOf, renderGraphJson } = await import(
    '../index.js'
  );
  const drawn = { top: top ?? MOST_DRAWN, by };
  const held = top ?? Number.POSITIVE_INFINITY;
  switch (format) {
    case 'mermaid':
      return graphMermaid(result, drawn);
    case 'dot':
      return graphDot(result, drawn);
    case 'svg':
      return graphSvg(result, drawn);
    case 'gexf':
      return { text: graphGexf(result, { top: held, positions: layoutOf(result.graph) }) };
    case 'json':
      return { text: renderGraphJson({ ...busiest(result.graph, held), plan: result.plan }, tool) };
  }
}
