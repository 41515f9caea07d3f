/** A placement in a word, as tables of options print it. */

import type { Placement } from '../model/index.js';
import { clean } from './words.js';

/** `user_id`, `+user_id` for a key to be added, `global`, `unsharded`. */
export function placementText(placement: Placement): string {
  if (placement.placement !== 'sharded') return placement.placement;
  return `${placement.addKey === undefined ? '' : '+'}${clean(placement.key)}`;
}
