/** Whether rows of several shards may be put together by their values in a session, which can have them written inexactly. */

import { alwaysExact, hasDigits, isIso } from '../fitness/index.js';
import type { Complaint } from './backend-messages.js';
import type { Session } from './state.js';

/** Why values of these types may not be put together in this session, if so. */
export function inexact(session: Session, types: readonly number[]): Complaint | undefined {
  const setting = inexactSetting(session);
  if (setting === undefined || alwaysExact(types)) return undefined;
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
