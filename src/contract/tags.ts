/** The tags of a statement that may be printed. */

import { placeTagsOf } from '../model/index.js';

export function tagsJson(tags: Readonly<Record<string, string>>) {
  const kept = placeTagsOf(tags);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
