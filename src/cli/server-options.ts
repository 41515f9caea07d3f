/** How a live server is reached, for every command that reads one. */

import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../model/index.js';
import type { Surroundings } from './surroundings.js';

export interface ServerOptions {
  readonly dsn?: string;
  readonly statementTimeout: number;
  readonly lockTimeout: number;
}

export function addServerOptions(command: Command): Command {
  return command
    .option(
      '--dsn <address>',
      'postgresql://user@host:port/database?sslmode=…, completed by PGHOST, PGPASSWORD and their like',
    )
    .option('--statement-timeout <seconds>', 'the longest that one query may take', seconds, 60)
    .option('--lock-timeout <seconds>', 'the longest that it may wait for a lock', seconds, 5);
}

function seconds(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds above 0.');
}

/** @throws UserError bad-option when nothing says where the server is */
export function sessionOptions(options: ServerOptions, { env }: Surroundings) {
  if (options.dsn === undefined && env.PGHOST === undefined && env.PGDATABASE === undefined) {
    throw new UserError(
      'bad-option',
      'nothing says where the server is',
      'Give --dsn postgresql://user@host:5432/database, or set PGHOST and PGDATABASE.',
    );
  }
  return {
    dsn: options.dsn ?? '',
    environment: env,
    statementTimeoutMs: 1000 * options.statementTimeout,
    lockTimeoutMs: 1000 * options.lockTimeout,
  };
}
