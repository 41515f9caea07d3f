/** `shardwright route serve`: a PostgreSQL server in front of the shards. Runs until it is told to stop. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../model/index.js';
import { printable } from './failures.js';
import { addCommonOptions, commonOptions, configOf, repeatable } from './options.js';
import { type Surroundings, write } from './surroundings.js';

interface ServeOptions {
  readonly plan: string;
  readonly map?: string;
  readonly schema?: readonly string[];
  readonly config?: string;
  readonly shardDsn: readonly string[];
  readonly unshardedDsn?: string;
  readonly mapDsn?: string;
  readonly listen: Listen;
  readonly metricsListen?: Listen;
  readonly authFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly requireTls?: true;
  readonly poolSize: number;
  readonly poolWait: number;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
  readonly mergeBytes: number;
  readonly idleTimeout: number;
  readonly drainTimeout: number;
}

interface Listen {
  readonly host: string;
  readonly port: number;
}

const examples = `
Examples:
  shardwright route serve --plan shardplan.json --schema schema.sql \\
    --shard-dsn postgresql://app@db0/shop --shard-dsn postgresql://app@db1/shop --unsharded-dsn postgresql://app@db/shop
  psql "host=127.0.0.1 port=6432 dbname=shop"

  shardwright route serve --plan shardplan.json --shard-dsn … --listen 0.0.0.0:6432 --auth-file users.txt \\
    --tls-cert server.crt --tls-key server.key --require-tls --metrics-listen 127.0.0.1:9432

Without --auth-file everybody is let in, so it listens on the loopback address alone. A line of the file is "name" "verifier",
the verifier being the SCRAM-SHA-256 one of pg_authid. On the shards everybody is the user of their DSN.

SIGTERM lets transactions finish and stops; SIGHUP reads the map, the users and the certificate anew; a map file that
changes is read by itself, and with --map-dsn when "NOTIFY shardwright_map" says so there.`;

export function addRouteServe(route: Command, surroundings: Surroundings): void {
  const command = route
    .command('serve')
    .summary('a PostgreSQL server that sends each statement to its shard')
    .description(
      'Listens as a PostgreSQL server and sends each statement to the shard of its key, by the plan and the map.',
    )
    .requiredOption('--plan <file>', 'the shardplan.json to route by')
    .option('--map <file>', 'the map as it is now (default: before anything has moved)')
    .option(
      '--schema <file>',
      'DDL, or a folder of migrations, for sharper verdicts (repeatable)',
      repeatable,
    )
    .option(
      '--config <file>',
      'functions to vouch for (default: shardwright.config.{yaml,toml,json}, found upwards)',
    )
    .requiredOption('--shard-dsn <address>', 'a shard, once for each in their order (repeatable)', repeatable)
    .option('--unsharded-dsn <address>', 'the database of the unsharded tables')
    .option('--map-dsn <address>', 'a server where NOTIFY shardwright_map says that the map has changed')
    .addOption(
      new Option('--listen <host:port>', 'where clients connect')
        .default(listenAddress('127.0.0.1:6432'), '127.0.0.1:6432')
        .argParser(listenAddress),
    )
    .option('--metrics-listen <host:port>', '/metrics and /healthz over HTTP', listenAddress)
    .option('--auth-file <file>', 'users and their SCRAM-SHA-256 verifiers')
    .option('--tls-cert <file>', 'certificate for clients, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--require-tls', 'no client without TLS')
    .addOption(number('--pool-size <n>', 'connections to each database at most', 20))
    .addOption(number('--pool-wait <seconds>', 'how long a statement waits for one', 10))
    .addOption(number('--max-clients <n>', 'clients at most', 1000))
    .addOption(
      number('--max-message-bytes <n>', 'bytes of one message of a client at most', 64 * 1024 * 1024),
    )
    .addOption(number('--merge-bytes <n>', 'bytes of rows held to put shards together', 64 * 1024 * 1024))
    .addOption(number('--idle-timeout <seconds>', 'a client that says nothing is let go (0: never)', 0, 0))
    .addOption(number('--drain-timeout <seconds>', 'how long transactions may go on after SIGTERM', 30));
  addCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: ServeOptions) => serveRoute(options, command, surroundings));
}

function number(flags: string, description: string, otherwise: number, least = 1): Option {
  return new Option(flags, description).default(otherwise).argParser((text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : -1;
    if (value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
  });
}

function listenAddress(text: string): Listen {
  const [, bracketed, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535)
    return { host: host === '' ? '127.0.0.1' : host, port: Number(port) };
  throw new InvalidArgumentError('It must be host:port, as in 127.0.0.1:6432.');
}

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;

async function serveRoute(
  options: ServeOptions,
  command: Command,
  surroundings: Surroundings,
): Promise<void> {
  refuseContradictions(options);
  const { serveUntilStopped } = await import('./serving.js');
  const { quiet } = commonOptions(command);
  await serveUntilStopped({
    ...options,
    schema: options.schema ?? [],
    config: await configOf(options, surroundings.cwd),
    environment: surroundings.env,
    say: (line) => {
      if (!quiet) void write(surroundings.stderr, printable(`${line}\n`));
    },
  });
}

function refuseContradictions(options: ServeOptions): void {
  const { authFile, listen, map, mapDsn, tlsCert, tlsKey, requireTls } = options;
  if (authFile === undefined && !loopback.test(listen.host)) {
    throw new UserError(
      'bad-option',
      `without --auth-file everybody would be let in on ${listen.host}`,
      'Give --auth-file, or listen on 127.0.0.1.',
    );
  }
  if (mapDsn !== undefined && map === undefined) {
    throw new UserError(
      'bad-option',
      '--map-dsn says when --map is read anew, and there is none',
      'Give --map.',
    );
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UserError('bad-option', '--tls-cert and --tls-key go together', 'Give both.');
  }
  if (requireTls === true && tlsCert === undefined) {
    throw new UserError('bad-option', '--require-tls needs a certificate', 'Give --tls-cert and --tls-key.');
  }
}
