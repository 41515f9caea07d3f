/** All commands with their flags. Nothing is computed here, and nothing is loaded that --help does not need. */

import { Command } from 'commander';
import { addAnalyze } from './analyze.js';
import { addCapture } from './capture.js';
import { addCheck } from './check.js';
import { addCompletion } from './completion.js';
import { addDeanonymize } from './deanonymize.js';
import { addDoc } from './doc.js';
import { addDoctor } from './doctor.js';
import { addExplain } from './explain.js';
import { addGraph } from './graph.js';
import { addInit } from './init.js';
import { addLab } from './lab.js';
import { addCommonOptions } from './options.js';
import { addRouteBench } from './route-bench.js';
import { addRouteDeploy } from './route-deploy.js';
import { addRouteDiff } from './route-diff.js';
import { addRouteExplain } from './route-explain.js';
import { addRouteMap } from './route-map.js';
import { addRouteServe } from './route-serve.js';
import { addRouteVerify } from './route-verify.js';
import { addSimulate } from './simulate.js';
import type { Surroundings } from './surroundings.js';
import { addVerifyPlan } from './verify-plan.js';
import { tool } from './version.js';

const examples = `
Examples:
  shardwright analyze export.csv --schema schema.sql --out plan
  shardwright simulate export.csv --schema schema.sql --set orders=customer_id
  shardwright route explain --plan plan/shardplan.json -- "select * from orders where user_id = 42"

Exit codes: 0 fine, 1 a check found something, 2 wrong usage or unreadable input, 70 a bug.`;

const routeExamples = `
Examples:
  shardwright route explain --plan shardplan.json -- "select * from orders where user_id = 42"
  shardwright route map --plan shardplan.json --key 42
  shardwright route deploy --engine citus --plan shardplan.json --schema schema.sql exports/ --out citus/
  shardwright route diff --engine citus --plan shardplan.json --schema schema.sql --dsn postgresql://postgres@coordinator/app
  shardwright route verify --engine citus --plan shardplan.json exports/ --dsn postgresql://postgres@coordinator/app
  shardwright route serve --plan shardplan.json --schema schema.sql --shard-dsn … --shard-dsn …
  shardwright route bench`;

export function makeProgram(surroundings: Surroundings): Command {
  const program = new Command(tool.name);
  program
    .description('Tells how to shard a big PostgreSQL, and proves it, from what the server really runs.')
    .version(tool.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError()
    .showHelpAfterError('  hint: add --help to see what there is')
    // So that what stands after -- reaches a subcommand as it is, even when it begins like a flag.
    .enablePositionalOptions();
  addCommonOptions(program).addHelpText('after', examples);
  addAnalyze(program, surroundings);
  addGraph(program, surroundings);
  addSimulate(program, surroundings);
  addVerifyPlan(program, surroundings);
  addCheck(program, surroundings);
  addDoc(program, surroundings);
  addCapture(program, surroundings);
  addExplain(program, surroundings);
  addDeanonymize(program, surroundings);
  addDoctor(program, surroundings);
  addInit(program, surroundings);
  const route = program
    .command('route')
    .summary('where rows and statements go')
    .description('Where rows and statements go under a plan.')
    .addHelpText('after', routeExamples)
    .enablePositionalOptions();
  addRouteExplain(route, surroundings);
  addRouteMap(route, surroundings);
  addRouteDeploy(route, surroundings);
  addRouteServe(route, surroundings);
  addRouteDiff(route, surroundings);
  addRouteVerify(route, surroundings);
  addRouteBench(route, surroundings);
  addLab(program, surroundings);
  addCompletion(program, surroundings);
  return program;
}
