/** `shardwright capture`: statements, catalog and statistics of a live server, as a folder that `analyze` reads. */

import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { printable } from './failures.js';
import { addCommonOptions, type CommonOptions, commonOptions } from './options.js';
import { addServerOptions, type ServerOptions, sessionOptions } from './server-options.js';
import { type Surroundings, write } from './surroundings.js';
import { tool } from './version.js';

interface CaptureOptions extends ServerOptions {
  readonly out: string;
  readonly allDatabases?: true;
  readonly anonymize?: true;
  readonly keyFile?: string;
}

const examples = `
Examples:
  PGPASSWORD=… shardwright capture --dsn "postgresql://monitor@db.example:5432/shop?sslmode=verify-full" --out exports/shop
  shardwright analyze exports/shop

Run it again into the same folder for a second snapshot: analyze then subtracts the first. It reads with one read-only
transaction and takes no values: of most common values only their frequencies. A role with pg_monitor sees everything;
what a lesser role cannot see is counted and said.

With --anonymize nothing of the application's words is in the folder; deanonymize puts the names back into a plan.`;

export function addCapture(program: Command, surroundings: Surroundings): void {
  const command = addServerOptions(
    program
      .command('capture')
      .summary('take an export from a live server')
      .description(
        'Takes statements, catalog and statistics (never values) from a live server, PostgreSQL 10 to 18, without pg_dump.',
      ),
  )
    .requiredOption('--out <folder>', 'a new folder, or one of earlier captures: then one more snapshot')
    .option('--all-databases', 'statements of every database of the server, not of this one alone')
    .option('--anonymize', 'replace every name by a keyed hash; literals, comments and tags go')
    .option('--key-file <file>', 'the key of the hashes, made when it is not there (default: beside --out)');
  addCommonOptions(command)
    .addHelpText('after', examples)
    .action((options: CaptureOptions) => capture(options, commonOptions(command), surroundings));
}

async function capture(
  options: CaptureOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  const session = sessionOptions(options, surroundings);
  if (options.keyFile !== undefined && options.anonymize !== true) {
    throw new UserError('bad-option', '--key-file says nothing without --anonymize', 'Add --anonymize.');
  }
  const shardwright = await import('../index.js');
  const { captureServer, earlierCaptures, renderCaptureText, summaryOf, writeCapture } = shardwright;
  await earlierCaptures(options.out);
  const keyFile = options.keyFile ?? `${options.out.replace(/[/\\]+$/, '')}.key.json`;
  const pseudonyms =
    options.anonymize === true ? await shardwright.pseudonymsFor(keyFile, options.out) : undefined;
  const plain = await captureServer({
    ...session,
    allDatabases: options.allDatabases === true,
    withBuiltins: pseudonyms !== undefined,
  });
  const captured = pseudonyms === undefined ? plain : await shardwright.anonymize(plain, pseudonyms);
  if (pseudonyms !== undefined) await shardwright.writeKeyFile(keyFile, pseudonyms, tool);
  const written = await writeCapture(options.out, captured, tool);
  if (!common.quiet) await write(surroundings.stdout, printable(renderCaptureText(summaryOf(captured))));
  const files = [...written, ...(pseudonyms === undefined ? [] : [`${keyFile} (keep it to yourself)`])];
  if (!common.quiet) await write(surroundings.stderr, printable(`wrote ${files.join(', ')}\n`));
}
