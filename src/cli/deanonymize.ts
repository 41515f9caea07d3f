/** `shardwright deanonymize <file…>`: what was made of an anonymised capture, in its own names again. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../model/index.js';
import { printable } from './failures.js';
import { addCommonOptions, type CommonOptions, commonOptions } from './options.js';
import { type Surroundings, write } from './surroundings.js';
import { writeFiles } from './writing.js';

interface DeanonymizeOptions {
  readonly keyFile: string;
  readonly out?: string;
}

const examples = `
Examples:
  shardwright deanonymize plan/shardplan.json --key-file shop.key.json > shardplan.json
  shardwright deanonymize plan/* --key-file shop.key.json --out plan-at-home

Plans, analyses and certificates stay JSON; documents and everything else are replaced word by word. The key is the file
that capture --anonymize wrote.`;

export function addDeanonymize(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('deanonymize')
    .summary('translate what was made of an anonymised capture')
    .description(
      'Puts the real names back into plans, analyses and documents that were made of an anonymised capture.',
    )
    .argument('<file...>', 'files that hold pseudonyms')
    .requiredOption('--key-file <file>', 'the key that capture --anonymize wrote')
    .option('--out <folder>', 'write the files there, under their names; without it one file is printed');
  addCommonOptions(command)
    .addHelpText('after', examples)
    .action((files: readonly string[], options: DeanonymizeOptions) =>
      deanonymize(files, options, commonOptions(command), surroundings),
    );
}

async function deanonymize(
  files: readonly string[],
  { keyFile, out }: DeanonymizeOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  if (out === undefined && files.length > 1) {
    throw new UserError('bad-option', 'several files cannot be printed as one', 'Give --out a folder.');
  }
  const { readKeyFile, translate } = await import('../index.js');
  const key = await readKeyFile(keyFile);
  const translated = new Map<string, string>();
  const unknown = new Set<string>();
  for (const file of files) {
    const one = translate(await textOf(file), key);
    translated.set(path.basename(file), one.text);
    for (const pseudonym of one.unknown) unknown.add(pseudonym);
  }
  if (out === undefined) for (const text of translated.values()) await write(surroundings.stdout, text);
  else {
    await refuseSame(files, out);
    const written = await writeFiles(out, Object.fromEntries(translated));
    if (!common.quiet) await write(surroundings.stderr, printable(`wrote ${written.join(', ')}\n`));
  }
  if (unknown.size > 0 && !common.quiet) await write(surroundings.stderr, unknownNote([...unknown]));
}

function unknownNote([first = '', ...others]: readonly string[]): string {
  const what = others.length === 0 ? first : `${first} and ${others.length} others`;
  return `note: ${what} stayed: the key does not know them. Is it the key of this capture?\n`;
}

async function refuseSame(files: readonly string[], out: string): Promise<void> {
  const same = files.find((file) => path.resolve(path.dirname(file)) === path.resolve(out));
  const names = files.map((file) => path.basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (same === undefined && twice === undefined) return;
  throw new UserError(
    'would-overwrite',
    same === undefined ? `two files are called ${twice}` : `${same} would be overwritten`,
    'Give --out another folder, or translate one after the other.',
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const isMissing = code === 'ENOENT';
    throw new UserError(
      isMissing ? 'file-not-found' : 'file-unreadable',
      `${file} ${isMissing ? 'is not there' : `cannot be read (${code})`}`,
      'Name files that analyze or doc has written.',
      { file },
    );
  }
}
