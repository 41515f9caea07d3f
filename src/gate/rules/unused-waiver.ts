/** A waiver of the config silences nothing, or its day is over. It is looked for last, when all findings are there. */

import type { GateWaiver } from '../input.js';
import type { Draft, RuleFacts } from '../rule.js';
import type { Silenced } from '../waivers.js';

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
    ...unused.map((waiver) => ({
      ...draftOf(waiver),
      message: knownRules.includes(waiver.rule)
        ? `The waiver of ${describe(waiver)} silences nothing: what it was for is gone.`
        : `The waiver of ${describe(waiver)} silences nothing: there is no rule of that name.`,
      fix: knownRules.includes(waiver.rule)
        ? 'Take the waiver out of the config.'
        : `Name one of the rules: ${knownRules.join(', ')}.`,
    })),
    ...expired.map((waiver) => ({
      ...draftOf(waiver),
      message: `The waiver of ${describe(waiver)} expired after ${waiver.expires}, and silences nothing any more.`,
      fix: 'Mend what it was for and take the waiver out of the config, or give it a new day and say why.',
    })),
  ];
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
