/** `shardwright route bench`: the router beside a direct connection and PgBouncer, in one run, as ratios. */

import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { printable } from './failures.js';
import { addCommonOptions, commonOptions, jsonOptions, wantsJson } from './options.js';
import { type Surroundings, write } from './surroundings.js';
import { tool } from './version.js';

interface BenchOptions {
  readonly shards: number;
  readonly clients: number;
  readonly seconds: number;
  readonly mode: 'simple' | 'extended' | 'prepared';
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright route bench
  shardwright route bench --clients 16 --seconds 20 --mode prepared --json

It starts its own PostgreSQL in a temporary folder, fills pgbench's tables sharded by branch, and runs pgbench against a
shard directly, through PgBouncer and through the router, in up to three turns of which the middle one counts. It needs
pgbench on the path; PgBouncer is left out where it is not. Figures of one run compare; figures of two machines do not.`;

export function addRouteBench(route: Command, surroundings: Surroundings): void {
  const command = route
    .command('bench')
    .summary('the router beside a direct connection and PgBouncer')
    .description('Runs pgbench directly, through PgBouncer and through the router, and prints the ratios.')
    .option('--shards <n>', 'shards of the router', wholeNumber, 2)
    .option('--clients <n>', 'clients of the runs for throughput', wholeNumber, 8)
    .option('--seconds <n>', 'seconds of each way, over its turns', wholeNumber, 6)
    .option('--mode <protocol>', "pgbench's protocol: simple, extended or prepared", mode, 'simple');
  addCommonOptions(jsonOptions(command))
    .addHelpText('after', examples)
    .action((options: BenchOptions) => bench(options, command, surroundings));
}

function wholeNumber(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new UserError('bad-option', 'it must be a whole number above 0', 'Give one, as in --clients 8.');
}

function mode(text: string): string {
  if (['simple', 'extended', 'prepared'].includes(text)) return text;
  throw new UserError('bad-option', '--mode is simple, extended or prepared', 'Give one of them.');
}

async function bench(options: BenchOptions, command: Command, surroundings: Surroundings): Promise<void> {
  const json = wantsJson(options);
  const { quiet } = commonOptions(command);
  const { benchRouter, renderRouterBenchJson, renderRouterBenchText } = await import('../index.js');
  const result = await benchRouter({
    ...options,
    program: [process.execPath, process.argv[1] ?? ''],
    say: (line) => {
      if (!quiet) void write(surroundings.stderr, printable(`${line}\n`));
    },
  });
  await write(
    surroundings.stdout,
    json ? renderRouterBenchJson(result, tool) : renderRouterBenchText(result),
  );
}
