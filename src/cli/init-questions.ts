/** The questions of init. Takes the prompts, so that a test can answer; gives what somebody wants. */

import type * as Clack from '@clack/prompts';
import { CommanderError } from 'commander';
import type { ConfigSeed } from '../index.js';

export type Answers = Omit<ConfigSeed, 'tables'>;

export type Prompts = Pick<typeof Clack, 'intro' | 'outro' | 'text' | 'confirm' | 'isCancel' | 'cancel'>;

/** @throws CommanderError with exit code 2 when somebody breaks off: nothing is written then */
export async function askIntent(prompts: Prompts): Promise<Answers> {
  prompts.intro('What should the shard plan keep to? Everything can be changed in the file later.');
  const share = answered(
    prompts,
    await prompts.text({
      message: 'Which share of the calls may need more than one shard? (Enter: no limit)',
      placeholder: '5%',
      validate: (value) => (isPercentage(value ?? '') ? undefined : 'A percentage such as 5%, or nothing.'),
    }),
  );
  const mayAddKeys = answered(
    prompts,
    await prompts.confirm({ message: 'May tables get a key column that they do not have yet?' }),
  );
  const assumeRls = answered(
    prompts,
    await prompts.confirm({
      message: 'Does row-level security hold for every role that runs statements?',
      initialValue: false,
    }),
  );
  prompts.outro('Pins, bans and waivers are in the file, commented out.');
  const percent = String(share ?? '')
    .replace('%', '')
    .trim();
  return { mayAddKeys, assumeRls, ...(percent === '' ? {} : { maxCrossShardPercent: Number(percent) }) };
}

function isPercentage(text: string): boolean {
  if (text.trim() === '') return true;
  return /^\s*\d{1,2}(?:\.\d+)?\s*%?\s*$/.test(text);
}

function answered<T>(prompts: Prompts, answer: T): Exclude<T, symbol> {
  if (!prompts.isCancel(answer)) return answer as Exclude<T, symbol>;
  prompts.cancel('Nothing was written.');
  throw new CommanderError(2, 'init.cancelled', 'cancelled');
}
