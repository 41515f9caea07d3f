/** A waiver of the config silences nothing, or its day is over. It is looked for last, when all findings are there. */

import type { GateWaiver } from '../input.js';
import type { Draft, RuleFacts } from '../rule.js';
import type { Silenced, UnusedWaiver } from '../waivers.js';

export const unusedWaiver: RuleFacts = {
  id: 'unused-waiver',
  summary: 'A waiver silences nothing, or has expired.',
  level: 'warning',
  levelWhenNew: 'warning',
  canBeKnown: false,
};

export function findUnusedWaivers(
  { unused, expired }: Pick<Silenced, 'unused' | 'expired'>,
  knownRules: readonly string[],
): readonly Draft[] {
  return [
    ...unused.map((one) => ({ ...draftOf(one.waiver), ...whyUnused(one, knownRules) })),
    ...expired.map((waiver) => ({
      ...draftOf(waiver),
      message: `The waiver of ${describe(waiver)} expired after ${waiver.expires}, and silences nothing any more.`,
      fix: 'Mend what it was for and take the waiver out of the config, or give it a new day and say why.',
    })),
  ];
}

function whyUnused({ waiver, almost }: UnusedWaiver, knownRules: readonly string[]) {
  const silent = `The waiver of ${describe(waiver)} silences nothing`;
  if (!knownRules.includes(waiver.rule))
    return {
      message: `${silent}: there is no rule of that name.`,
      fix: `Name one of the rules: ${knownRules.join(', ')}.`,
    };
  if (almost === undefined)
    return {
      message: `${silent}: what it was for is gone.`,
      fix: 'Take the waiver out of the config.',
    };
  const { file, line } = almost.location;
  return {
    message: `${silent}: the finding at ${file}:${line} is about other tables as well.`,
    fix: `Name all of them (${almost.tables.join(', ')}), or take the waiver out of the config.`,
  };
}

function draftOf({ rule, tables = [], statement, location }: GateWaiver) {
  return {
    tables: [...tables].sort(),
    subject: JSON.stringify([rule, tables, statement ?? null]),
    location,
  };
}

function describe({ rule, tables = [], statement }: GateWaiver): string {
  const what = [...tables, ...(statement === undefined ? [] : [`statement ${statement}`])];
  return what.length === 0 ? rule : `${rule} for ${what.join(', ')}`;
}
