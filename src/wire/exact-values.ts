/**
 * Rows of several shards are sorted and grouped by their values' texts, read again. A session can have values written so that
 * reading them gives others: floats with fewer digits, dates and times as SQL, POSTGRES and German write them.
 */

import type { Complaint } from './backend-messages.js';
import type { Session } from './state.js';

/** OIDs of types whose texts are exact whatever is set: whole numbers, numeric, texts, booleans, bytea, uuid, json. */
const alwaysExact: ReadonlySet<number> = new Set([
  16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 705, 1042, 1043, 1700, 2950, 3802,
]);

/** Why values of these types may not be put together in this session, if so. */
export function inexact(session: Session, types: readonly number[]): Complaint | undefined {
  const setting = inexactSetting(session);
  if (setting === undefined || types.every((type) => alwaysExact.has(type))) return undefined;
  return {
    sqlstate: '0A000',
    message: `shards cannot be put together by values that ${setting} writes otherwise than they are`,
    hint: 'Set DateStyle to ISO and extra_float_digits to 1.',
  };
}

function inexactSetting({ settings, block, shared }: Session): string | undefined {
  // Whatever a transaction set for itself: it is not worked out which of it holds still.
  const own = block.steps.flatMap((step) => (step.kind === 'set' ? [step.text] : []));
  const digits = settings.get('extra_float_digits') ?? shared.defaults().get('extra_float_digits') ?? '1';
  const style = settings.get('datestyle') ?? shared.defaults().get('DateStyle') ?? 'ISO';
  if (own.some((text) => /extra_float_digits/i.test(text) && !hasDigits(text)) || !hasDigits(digits))
    return 'extra_float_digits';
  if (own.some((text) => /datestyle/i.test(text) && !isIso(text)) || !isIso(style)) return 'DateStyle';
  return undefined;
}

/** `1`, or a SET that ends so. */
function hasDigits(text: string): boolean {
  return /(?:^|[\s='])[123]'?\s*;?\s*$/.test(text);
}

function isIso(text: string): boolean {
  return /(?:^|[\s='",])iso\b/i.test(text) && !/\b(?:sql|postgres|german)\b/i.test(text);
}
