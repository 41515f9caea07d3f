/** How much of what may be the application's could be read. */

import type { Coverage } from '../model/index.js';

/** Of the calls whose text is there to be read, or should be: 0…1. */
export function judgedShare({ readable, tableless, masked, truncated, unparsed }: Coverage): number {
  const read = readable.calls + tableless.calls;
  const all = read + masked.calls + truncated.calls + unparsed.calls;
  return all === 0 ? 1 : read / all;
}
